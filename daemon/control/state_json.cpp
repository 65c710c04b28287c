#include "daemon/control/state_json.hpp"

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

}  // namespace

std::string state_text(const Orders& orders) {
  json::array rows;
  for (const auto& [name, order] : orders.all()) rows.push_back(to_json(name, order));
  return json::serialize(json::object{{"endpoints", std::move(rows)}}) + '\n';
}

Parsed<NamedOrders> orders_of(std::string_view text) {
  try {
    NamedOrders orders;
    const json::value all = json::parse({text.data(), text.size()});
    for (const json::value& row : all.at("endpoints").as_array()) orders.push_back(order_of(row.as_object()));
    return orders;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return ParseError{"is not as duplexd writes it"};
  }
}

}  // namespace duplexd
