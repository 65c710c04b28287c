#pragma once

#include "daemon/duplexctl/top/model/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd::duplexctl::top {

struct Key {
  enum class Kind : std::uint8_t {
    character,
    tab,
    back_tab,
    enter,
    escape,
    backspace,
    left,
    right,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    other,
  };
  Kind kind{};
  char character = 0;
};

/// A column of a view, and whether the greatest comes first.
struct Order {
  std::size_t column = 0;
  bool descending = true;
};

/// What the keys have set.
struct Controls {
  View view{};
  std::array<Order, view_words.size()> orders{};  ///< of each view
  std::string filter{};
  std::string typed{};  ///< while `typing`
  bool typing = false;
  bool paused = false;
  bool help = false;
  bool quit = false;
  std::size_t first = 0;  ///< row that is shown

  const Order& order() const noexcept { return orders[static_cast<std::size_t>(view)]; }
};

Controls initial_controls();

/// A page has `page` rows.
void press(Controls& controls, Key key, std::size_t page);

/// Sorts by this column of the present view: text from its beginning, numbers from the greatest.
void sort_by(Controls& controls, std::size_t column);

/// The column of this key; none: the view has no such column.
std::optional<std::size_t> column_named(View view, std::string_view key) noexcept;
std::optional<View> view_named(std::string_view word) noexcept;

/// Leaves out the rows in which no text has the filter, whatever the case, and sorts the others.
void arrange(Frame& frame, const Controls& controls);

}  // namespace duplexd::duplexctl::top
