#include "daemon/control/state_json.hpp"

#include "core/config/endpoints/catalog_entry.hpp"
#include "daemon/control/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <boost/system/system_error.hpp>

#include <stdexcept>

namespace duplexd {
namespace {

namespace json = boost::json;

constexpr unsigned most_weight = 1'000;

json::object to_json(const Orders::Name& name, const Order& order) {
  json::object row{{"upstream", name.first}, {"endpoint", name.second}};
  if (order.word != OperatorWord::none) row["word"] = text(to_word(order.word));
  if (order.weight) row["weight"] = *order.weight;
  return row;
}

// These throw for what no duplexd has written.

OperatorWord word_of(std::string_view word) {
  for (const OperatorWord known : {OperatorWord::drain, OperatorWord::disable})
    if (word == to_word(known)) return known;
  throw std::invalid_argument("an unknown word");
}

unsigned weight_of(const json::value& value) {
  const auto weight = value.to_number<unsigned>();
  if (weight > most_weight) throw std::invalid_argument("too large a weight");
  return weight;
}

std::pair<Orders::Name, Order> order_of(const json::object& row) {
  Order order;
  if (const json::value* const word = row.if_contains("word")) order.word = word_of(word->as_string());
  if (const json::value* const weight = row.if_contains("weight")) order.weight = weight_of(*weight);
  return {{json::value_to<std::string>(row.at("upstream")), json::value_to<std::string>(row.at("endpoint"))},
          order};
}

json::object to_json(const EndpointConfig& endpoint) {
  return {
      {"address", endpoint.name},
      {"weight", endpoint.weight},
      {"priority", endpoint.priority},
      {"backup", endpoint.backup},
      {"max_sessions", endpoint.max_sessions == 0 ? json::value("off") : json::value(endpoint.max_sessions)}};
}

std::vector<EndpointConfig> list_of(const json::array& rows) {
  std::vector<EndpointConfig> list;
  for (const json::value& row : rows) {
    auto endpoint = parse_catalog_entry(json::serialize(row));
    if (!endpoint) throw std::invalid_argument(endpoint.error().what);
    list.push_back(*std::move(endpoint));
  }
  return list;
}

}  // namespace

std::string state_text(const Orders& orders, const CatalogService::Lists& catalogs) {
  json::array rows;
  for (const auto& [name, order] : orders.all()) rows.push_back(to_json(name, order));
  json::object lists;
  for (const auto& [name, list] : catalogs) {
    json::array& entries = lists[name].emplace_array();
    for (const EndpointConfig& endpoint : list) entries.push_back(to_json(endpoint));
  }
  return json::serialize(json::object{{"endpoints", std::move(rows)}, {"catalogs", std::move(lists)}}) + '\n';
}

Parsed<KeptState> state_of(std::string_view text) {
  try {
    KeptState state;
    const json::value all = json::parse({text.data(), text.size()});
    for (const json::value& row : all.at("endpoints").as_array())
      state.orders.push_back(order_of(row.as_object()));
    const json::value* const catalogs = all.as_object().if_contains("catalogs");
    if (!catalogs) return state;
    for (const auto& [name, rows] : catalogs->as_object())
      state.catalogs.emplace(std::string(name.data(), name.size()), list_of(rows.as_array()));
    return state;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return ParseError{"is not as duplexd writes it"};
  }
}

}  // namespace duplexd
