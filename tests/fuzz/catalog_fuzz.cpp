// Reads any text as what a catalog may answer. What is accepted is within its limits, and every sentence is
// printable.
#include "core/catalog/answers/consul_answers.hpp"
#include "core/catalog/answers/etcd_answers.hpp"
#include "core/config/endpoints/catalog_entry.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void require_printable(std::string_view text) {
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20);
}

void check_endpoint(const duplexd::Parsed<duplexd::EndpointConfig>& endpoint) {
  if (!endpoint) return require_printable(endpoint.error().what);
  require(endpoint->weight <= 1000 && !endpoint->name.empty());
  require(endpoint->origin == duplexd::EndpointOrigin::catalog);
}

void check_etcd(std::string_view text) {
  if (const auto range = duplexd::parse_etcd_range(text)) {
    require(range->revision > 0);
    for (const auto& value : range->values) check_endpoint(duplexd::parse_catalog_entry(*value.value));
  }
  if (const auto news = duplexd::parse_etcd_news(text)) {
    require_printable(news->reason);
    for (const auto& value : news->values) require(!value.key.empty());
  }
  if (const auto token = duplexd::parse_etcd_token(text)) require_printable(*token);
  require_printable(duplexd::etcd_error(text));
}

void check_consul(std::string_view text) {
  const auto entries = duplexd::parse_consul_instances(text);
  if (!entries) return;
  require_printable(entries->left_out());
  for (const auto& endpoint : entries->endpoints()) require(endpoint.weight >= 1 && endpoint.weight <= 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_endpoint(duplexd::parse_catalog_entry(text));
  check_etcd(text);
  check_consul(text);
  return 0;
}
