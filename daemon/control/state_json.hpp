#pragma once

#include "core/net/address/parsed.hpp"
#include "core/reload/endpoints/orders.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

using NamedOrders = std::vector<std::pair<Orders::Name, Order>>;

// The text of a StateFile:
// {"endpoints": [{"upstream": "db", "endpoint": "10.0.0.5:5432", "word": "drain", "weight": 3}]}
// where an endpoint has a word, a weight, or both.

std::string state_text(const Orders& orders);

/// The error is what the text "is".
Parsed<NamedOrders> orders_of(std::string_view text);

}  // namespace duplexd
