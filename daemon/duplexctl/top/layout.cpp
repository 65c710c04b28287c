#include "daemon/duplexctl/top/layout.hpp"

#include <algorithm>

namespace duplexd::duplexctl::top {
namespace {

bool begins_character(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (begins_character(text[at]) && count-- == 0) break;
  }
  return text.substr(0, at);
}

std::size_t whole_width(const std::vector<Placed>& placed) noexcept {
  std::size_t width = 0;
  for (const Placed& each : placed) width += each.width + 1;
  return width == 0 ? 0 : width - 1;
}

void leave_out_least(std::vector<Placed>& placed, std::span<const Column> columns) {
  const auto rank = [&](const Placed& each) { return columns[each.column].rank; };
  placed.erase(std::ranges::max_element(placed, {}, rank));
}

std::size_t wanted_width(const Frame& frame, std::size_t column) {
  std::size_t width = columns_of(frame.view)[column].width;
  for (const Row& row : frame.rows) width = std::max(width, width_of(row.cells[column].text));
  return width;
}

}  // namespace

std::size_t width_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string fitted(std::string_view text, std::size_t width, bool flush_right) {
  const std::size_t wide = width_of(text);
  if (wide > width) return width == 0 ? "" : std::string(first_characters(text, width - 1)) + '~';
  const std::string space(width - wide, ' ');
  return flush_right ? space + std::string(text) : std::string(text) + space;
}

std::vector<Placed> place_columns(const Frame& frame, std::size_t room) {
  const auto columns = columns_of(frame.view);
  std::vector<Placed> placed;
  for (std::size_t i = 0; i < columns.size(); ++i) placed.push_back({i, columns[i].width});
  while (placed.size() > 1 && whole_width(placed) > room) leave_out_least(placed, columns);
  std::size_t left = room - std::min(room, whole_width(placed));
  for (Placed& each : placed) {
    const std::size_t more = std::min(left, wanted_width(frame, each.column) - each.width);
    each.width += more;
    left -= more;
  }
  return placed;
}

std::vector<Placed> place_all_columns(const Frame& frame) {
  std::vector<Placed> placed;
  for (std::size_t i = 0; i < columns_of(frame.view).size(); ++i)
    placed.push_back({i, wanted_width(frame, i)});
  return placed;
}

Line heading_line(const Frame& frame, const std::vector<Placed>& placed, const Order& order) {
  Line line;
  for (const Placed& each : placed) {
    const Column& column = columns_of(frame.view)[each.column];
    const bool is_ordered = each.column == order.column;
    std::string title(column.title);
    if (is_ordered) title += order.descending ? 'v' : '^';
    if (!line.empty()) line.push_back({" ", Style::heading});
    line.push_back(
        {fitted(title, each.width, column.is_number), is_ordered ? Style::chosen : Style::heading});
  }
  return line;
}

std::string row_text(const Frame& frame, const std::vector<Placed>& placed, const Row& row) {
  std::string text;
  for (const Placed& each : placed)
    text +=
        fitted(row.cells[each.column].text, each.width, columns_of(frame.view)[each.column].is_number) + ' ';
  return text.substr(0, text.size() - 1);
}

}  // namespace duplexd::duplexctl::top
