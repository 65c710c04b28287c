#pragma once

#include <string>
#include <vector>

namespace duplexd::duplexctl {

/// Lines of cells as text in columns, two spaces apart. A column whose first cell begins with '>' (which is
/// not printed) is set flush right.
class Table {
 public:
  using Row = std::vector<std::string>;

  explicit Table(Row first) : rows_{std::move(first)} {}
  void add(Row row) { rows_.push_back(std::move(row)); }

  std::string to_string() const;

 private:
  std::vector<Row> rows_;
};

}  // namespace duplexd::duplexctl
