#pragma once

#include "daemon/duplexctl/top/controls.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace duplexd::duplexctl::top {

enum class Style : std::uint8_t { plain, strong, heading, chosen, warning, bad };

struct Span {
  std::string text{};
  Style style{};
};
using Line = std::vector<Span>;

struct Size {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

/// All that is drawn.
struct Picture {
  const Frame* frame = nullptr;  ///< arranged; null: nothing has been read yet
  const Controls* controls = nullptr;
  std::string trouble{};  ///< why there is no newer reading; "": there is one
};

/// Exactly `size.lines` lines, none of them wider than `size.columns`.
std::vector<Line> draw(const Picture& picture, Size size);

/// All rows and columns, for a file.
std::string plain_text(const Frame& frame, const Controls& controls);

/// How many rows of the table there is room for.
std::size_t rows_of_page(Size size) noexcept;

}  // namespace duplexd::duplexctl::top
