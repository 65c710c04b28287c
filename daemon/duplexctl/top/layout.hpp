#pragma once

#include "daemon/duplexctl/top/drawing.hpp"

#include <string>
#include <vector>

namespace duplexd::duplexctl::top {

/// A column that there is room for.
struct Placed {
  std::size_t column = 0;
  std::size_t width = 0;
};

/// The columns that fit, one space apart, in their order. What room is left widens texts that need it.
std::vector<Placed> place_columns(const Frame& frame, std::size_t room);
std::vector<Placed> place_all_columns(const Frame& frame);

std::size_t width_of(std::string_view text) noexcept;  ///< code points; what is wider is not expected
/// Exactly so wide: cut, with a '~' at the end, or filled up with spaces.
std::string fitted(std::string_view text, std::size_t width, bool flush_right = false);

/// The titles; that of the column that rows are sorted by stands out.
Line heading_line(const Frame& frame, const std::vector<Placed>& placed, const Order& order);
std::string row_text(const Frame& frame, const std::vector<Placed>& placed, const Row& row);

}  // namespace duplexd::duplexctl::top
