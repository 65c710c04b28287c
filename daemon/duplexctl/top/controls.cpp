#include "daemon/duplexctl/top/controls.hpp"

#include <algorithm>

namespace duplexd::duplexctl::top {
namespace {

using Kind = Key::Kind;

Order& order_of(Controls& controls) { return controls.orders[static_cast<std::size_t>(controls.view)]; }

void show(Controls& controls, std::size_t view) {
  controls.view = static_cast<View>(view % view_words.size());
  controls.first = 0;
}

void turn(Controls& controls, std::size_t by) {
  show(controls, static_cast<std::size_t>(controls.view) + by);
}

void type(Controls& controls, Key key) {
  if (key.kind == Kind::character) controls.typed += key.character;
  if (key.kind == Kind::backspace && !controls.typed.empty()) controls.typed.pop_back();
  if (key.kind == Kind::escape) controls.typing = false;
  if (key.kind != Kind::enter) return;
  controls.filter = controls.typed;
  controls.typing = false;
  controls.first = 0;
}

/// Sorts by the next column, or the one before.
void move_order(Controls& controls, bool forward) {
  const std::size_t count = columns_of(controls.view).size();
  sort_by(controls, (order_of(controls).column + (forward ? 1 : count - 1)) % count);
}

void on_letter(Controls& controls, char letter) {
  const auto columns = columns_of(controls.view);
  const auto found = std::ranges::find(columns, letter, &Column::letter);
  if (found != columns.end()) sort_by(controls, static_cast<std::size_t>(found - columns.begin()));
}

void on_character(Controls& controls, char character) {
  switch (character) {
    case 'q':
      return void(controls.quit = true);
    case 'h':
    case '?':
      return void(controls.help = true);
    case ' ':
      return void(controls.paused = !controls.paused);
    case 'r':
      return void(order_of(controls).descending ^= true);
    case '<':
    case '>':
      return move_order(controls, character == '>');
    case '/':
      controls.typing = true;
      return void(controls.typed = controls.filter);
    default:
      break;
  }
  if (character >= '1' && character <= '4') return show(controls, static_cast<std::size_t>(character - '1'));
  on_letter(controls, character);
}

void move(Controls& controls, Kind kind, std::size_t page) {
  const std::size_t step = kind == Kind::up || kind == Kind::down ? 1 : page;
  if (kind == Kind::home) controls.first = 0;
  if (kind == Kind::end) controls.first = static_cast<std::size_t>(-1) / 2;  // drawing stops at the last row
  if (kind == Kind::up || kind == Kind::page_up) controls.first -= std::min(controls.first, step);
  if (kind == Kind::down || kind == Kind::page_down) controls.first += step;
}

void on_key(Controls& controls, Key key, std::size_t page) {
  switch (key.kind) {
    case Kind::character:
      return on_character(controls, key.character);
    case Kind::tab:
      return turn(controls, 1);
    case Kind::back_tab:
      return turn(controls, view_words.size() - 1);
    case Kind::left:
    case Kind::right:
      return move_order(controls, key.kind == Kind::right);
    case Kind::escape:
      return controls.filter.clear();
    default:
      return move(controls, key.kind, page);
  }
}

}  // namespace

Controls initial_controls() {
  Controls controls;
  constexpr std::array<std::string_view, view_words.size()> first_columns{"downstream_rate", "live", "live",
                                                                          "worst_lag_ms"};
  for (std::size_t i = 0; i < first_columns.size(); ++i)
    controls.orders[i].column = *column_named(static_cast<View>(i), first_columns[i]);
  return controls;
}

void press(Controls& controls, Key key, std::size_t page) {
  if (controls.typing) return type(controls, key);
  if (!controls.help) return on_key(controls, key, page);
  controls.help = false;
  if (key.kind == Kind::character && key.character == 'q') controls.quit = true;
}

void sort_by(Controls& controls, std::size_t column) {
  order_of(controls) = {column, columns_of(controls.view)[column].is_number};
  controls.first = 0;
}

std::optional<std::size_t> column_named(View view, std::string_view key) noexcept {
  const auto columns = columns_of(view);
  const auto found = std::ranges::find(columns, key, &Column::key);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::optional<View> view_named(std::string_view word) noexcept {
  const auto found = std::ranges::find(view_words, word);
  if (found == view_words.end()) return std::nullopt;
  return static_cast<View>(found - view_words.begin());
}

}  // namespace duplexd::duplexctl::top
