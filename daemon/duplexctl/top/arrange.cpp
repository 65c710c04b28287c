#include "daemon/duplexctl/top/controls.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <limits>
#include <locale>

namespace duplexd::duplexctl::top {
namespace {

/// What is not known comes after every number.
double rank_of(const Cell& cell) { return cell.number.value_or(-std::numeric_limits<double>::infinity()); }

bool comes_before(const Row& one, const Row& other, std::size_t column, bool is_number) {
  const Cell &left = one.cells[column], &right = other.cells[column];
  return is_number ? rank_of(left) < rank_of(right) : left.text < right.text;
}

bool has(const Row& row, const std::string& filter) {
  return std::ranges::any_of(row.cells, [&](const Cell& cell) {
    return !cell.number && boost::algorithm::icontains(cell.text, filter, std::locale::classic());
  });
}

}  // namespace

void arrange(Frame& frame, const Controls& controls) {
  if (!controls.filter.empty())
    std::erase_if(frame.rows, [&](const Row& row) { return !has(row, controls.filter); });
  const Order order = controls.order();
  const bool is_number = columns_of(frame.view)[order.column].is_number;
  std::ranges::stable_sort(frame.rows, [&](const Row& one, const Row& other) {
    return order.descending ? comes_before(other, one, order.column, is_number)
                            : comes_before(one, other, order.column, is_number);
  });
}

}  // namespace duplexd::duplexctl::top
