#include "core/catalog/answers/consul_answers.hpp"

#include "core/catalog/answers/json_answer.hpp"
#include "core/config/endpoints/catalog_entry.hpp"
#include "core/config/endpoints/scaled_weight.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace duplexd {
namespace {

namespace json = boost::json;

bool is_unreserved(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

/// As RFC 3986, 2.1 has it.
std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text)
    result += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return result;
}

void add(std::string& path, std::string_view key, std::string_view value) {
  if (!value.empty()) path += fmt::format("&{}={}", key, percent_encoded(value));
}

unsigned weight_of(const json::value& instance) {
  constexpr std::uint64_t most = 65'535;
  const auto weight = number_member(member(member(&instance, "Service"), "Weights"), "Passing");
  return static_cast<unsigned>(std::min(weight.value_or(1), most));
}

unsigned largest_weight(const json::array& instances) {
  unsigned largest = 0;
  for (const auto& instance : instances) largest = std::max(largest, weight_of(instance));
  return largest;
}

Parsed<EndpointConfig> endpoint_of(const json::value& instance, unsigned largest) {
  const auto* const service = member(&instance, "Service");
  auto host = text_member(service, "Address");
  if (host.empty()) host = text_member(member(&instance, "Node"), "Address");
  const bool is_ipv6 = host.find(':') != host.npos;
  const auto port = number_member(service, "Port").value_or(0);
  auto endpoint =
      catalog_endpoint(fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port));
  if (endpoint) endpoint->weight = scaled_weight(weight_of(instance), largest);
  return endpoint;
}

/// The same on every proxy, whatever the order of the answer.
std::string key_of(const json::value& instance) {
  return fmt::format("{}/{}", text_member(member(&instance, "Node"), "Node"),
                     text_member(member(&instance, "Service"), "ID"));
}

}  // namespace

std::string consul_path(const ConsulConfig& config, std::uint64_t index) {
  auto path = fmt::format("/v1/health/service/{}?passing=1", percent_encoded(config.service));
  if (index > 0) path += fmt::format("&index={}&wait={}ms", index, config.access.refresh.count());
  add(path, "dc", config.datacenter);
  add(path, "tag", config.tag);
  add(path, "filter", config.filter);
  return path;
}

Parsed<CatalogEntries> parse_consul_instances(std::string_view text) {
  const auto answer = parse_json(text);
  if (!answer) return answer.error();
  const auto* const instances = answer->if_array();
  if (!instances) return ParseError{"is no list"};
  const unsigned largest = largest_weight(*instances);
  CatalogEntries entries;
  for (const auto& instance : *instances) {
    if (!entries.set(key_of(instance), endpoint_of(instance, largest)))
      return ParseError{fmt::format("has more than {} instances", CatalogEntries::most)};
  }
  return entries;
}

}  // namespace duplexd
