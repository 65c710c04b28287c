#pragma once

#include "core/catalog/catalog_service.hpp"
#include "core/net/address/parsed.hpp"
#include "core/reload/endpoints/orders.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

using NamedOrders = std::vector<std::pair<Orders::Name, Order>>;

/// What a process keeps for the next one.
struct KeptState {
  NamedOrders orders{};
  CatalogService::Lists catalogs{};
};

// The text of a StateFile:
// {"endpoints": [{"upstream": "db", "endpoint": "10.0.0.5:5432", "word": "drain", "weight": 3}],
//  "catalogs": {"etcd /services/db/": [{"address": "10.0.0.5:5432", "weight": 1}]}}
// where an endpoint has a word, a weight, or both. Files of earlier releases have no catalogs.

std::string state_text(const Orders& orders, const CatalogService::Lists& catalogs);

/// The error is what the text "is".
Parsed<KeptState> state_of(std::string_view text);

}  // namespace duplexd
