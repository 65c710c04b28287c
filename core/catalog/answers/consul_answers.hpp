#pragma once

#include "core/catalog/catalog_entries.hpp"
#include "core/config/catalog_config.hpp"
#include "core/net/address/parsed.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace duplexd {

/// The path and query of a blocking query of Consul's health API (/v1/health/service). It waits for a change
/// behind the index; 0: it does not wait.
std::string consul_path(const ConsulConfig& config, std::uint64_t index);

/// How long after `wait` Consul may answer: it adds a sixteenth at random, so that not all come at once.
constexpr std::chrono::milliseconds longest_wait(std::chrono::milliseconds wait) { return wait + wait / 16; }

/// The instances in its answer. The error continues "its answer".
Parsed<CatalogEntries> parse_consul_instances(std::string_view text);

}  // namespace duplexd
