#include "daemon/duplexctl/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::duplexctl {
namespace {

using Row = Table::Row;

bool is_right(const Row& first, std::size_t column) {
  return column < first.size() && first[column].starts_with('>');
}

std::vector<std::size_t> widths_of(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  return widths;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string Table::to_string() const {
  std::vector<Row> rows = rows_;
  for (std::string& title : rows.front()) title.erase(0, title.starts_with('>') ? 1 : 0);
  const std::vector<std::size_t> widths = widths_of(rows);
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += is_right(rows_.front(), i) ? fmt::format("{:>{}}  ", row[i], widths[i])
                                         : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    text += without_trailing_spaces(std::move(line)) + '\n';
  }
  return text;
}

}  // namespace duplexd::duplexctl
