#include "daemon/duplexctl/top/model/frame_json.hpp"

#include <boost/json/array.hpp>

#include <cmath>

namespace duplexd::duplexctl::top {
namespace {

namespace json = boost::json;

json::string_view word(std::string_view text) { return {text.data(), text.size()}; }

/// JSON has no infinity: a lag beyond all bounds is null, too.
json::value number_json(std::optional<double> number) {
  return number && std::isfinite(*number) ? json::value(*number) : json::value(nullptr);
}

json::value cell_json(const Cell& cell, const Column& column) {
  if (column.is_number) return number_json(cell.number);
  return cell.text == "-" ? json::value(nullptr) : json::value(cell.text);
}

json::object row_json(const Row& row, std::span<const Column> columns) {
  json::object object;
  for (std::size_t i = 0; i < columns.size(); ++i)
    object[word(columns[i].key)] = cell_json(row.cells[i], columns[i]);
  return object;
}

}  // namespace

json::object frame_json(const Frame& frame) {
  const Head& head = frame.head;
  json::array rows;
  for (const Row& row : frame.rows) rows.push_back(row_json(row, columns_of(frame.view)));
  return {{"version", head.version},
          {"state", head.state},
          {"uptime_seconds", head.uptime},
          {"generation", head.generation},
          {"sessions", json::object{{"live", head.live}, {"limit", head.limit}}},
          {"accepted_rate", number_json(head.accepted)},
          {"upstream_rate", number_json(head.upstream_bytes)},
          {"downstream_rate", number_json(head.downstream_bytes)},
          {"view", word(view_words[static_cast<std::size_t>(frame.view)])},
          {"rows", std::move(rows)}};
}

}  // namespace duplexd::duplexctl::top
