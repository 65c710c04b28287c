#include "core/config/inventory.hpp"

#include "core/config/spelling/spelling.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

std::string endpoint_path(std::string_view upstream, std::string_view endpoint) {
  return fmt::format("upstreams.{}.endpoints[{}]", upstream, endpoint);
}

}  // namespace

void Inventory::add(const EffectiveValue& value) {
  const auto located = locate_key(value.path, upstream_);
  if (!located) {
    if (!only_feeds_others(value.path)) key(value.path).text = value.value;
    return;
  }
  switch (located->rule->owner) {
    case Owner::process:
      key(value.path) = {{}, located->rule->reload_class, value.value, ""};
      return;
    case Owner::listener:
      return add_to_listener(*located, value);
    case Owner::upstream:
      return add_to_upstream(*located, value);
    case Owner::endpoint:
      return located->rule->key == "address" ? add_endpoint(*located, scalar_text(value.value))
                                             : add_to_endpoint(*located, value.value);
    case Owner::route:
      return add_to_route(*located, value);
  }
}

void Inventory::add_to_listener(const LocatedKey& at, const EffectiveValue& value) {
  const Scope scope{std::string(at.name), "", ""};
  const auto path = fmt::format("listeners.{}", at.name);
  if (at.rule->key == "bind") whole(path) = {scope, reload_class(Owner::listener), value.value, ""};
  key(value.path) = {scope, at.rule->reload_class, value.value, path};
}

/// A route is what its place in the list makes it: the first that takes a client decides.
void Inventory::add_to_route(const LocatedKey& at, const EffectiveValue& value) {
  const Scope scope{std::string(at.name), "", ""};
  const auto parent = fmt::format("listeners.{}", at.name);
  const auto path = fmt::format("{}.routes[{}]", parent, at.index);
  auto& route = whole(path);
  route.scope = scope;
  route.reload_class = reload_class(Owner::route);
  route.parent = parent;
  const bool is_absent = value.value == "[]" || value.value == "false";
  if (!is_absent)
    route.text += fmt::format("{}{} {}", route.text.empty() ? "" : ", ", at.rule->key, value.value);
  key(value.path) = {scope, at.rule->reload_class, value.value, path};
}

void Inventory::add_to_upstream(const LocatedKey& at, const EffectiveValue& value) {
  const Scope scope{"", std::string(at.name), ""};
  const auto path = fmt::format("upstreams.{}", at.name);
  upstream_ = path;
  whole(path).scope = scope;
  whole(path).reload_class = reload_class(Owner::upstream);
  key(value.path) = {scope, at.rule->reload_class, value.value, path};
}

void Inventory::add_endpoint(const LocatedKey& at, const std::string& address) {
  endpoint_ = address;
  const auto parent = fmt::format("upstreams.{}", at.name);
  const Scope scope{"", std::string(at.name), address};
  whole(endpoint_path(at.name, address)) = {scope, reload_class(Owner::endpoint), "", parent};
  auto& upstream = whole(parent);
  upstream.text = ++upstream.endpoints == 1 ? "1 endpoint" : fmt::format("{} endpoints", upstream.endpoints);
}

void Inventory::add_to_endpoint(const LocatedKey& at, const std::string& value) {
  const auto path = endpoint_path(at.name, endpoint_);
  auto& endpoint = whole(path);
  if (endpoint.text.empty()) endpoint.text = fmt::format("{} {}", at.rule->key, value);
  key(fmt::format("{}.{}", path, at.rule->key)) = {endpoint.scope, at.rule->reload_class, value, path};
}

}  // namespace duplexd
