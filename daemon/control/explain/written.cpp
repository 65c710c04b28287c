#include "daemon/control/explain/written.hpp"

#include "core/net/address/decimal.hpp"
#include "core/net/address/network.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view not_written = "default";

std::string place_in(const EffectiveValue& value) {
  return value.origin == not_written ? std::string() : value.origin;
}

using LineAndColumn = std::pair<std::uint64_t, std::uint64_t>;

/// Of "duplexd.yaml:14:7".
LineAndColumn line_of(std::string_view place) {
  const std::size_t column = place.rfind(':');
  const std::size_t line = column == place.npos ? place.npos : place.rfind(':', column - 1);
  if (line == place.npos) return {};
  return {parse_decimal(place.substr(line + 1, column - line - 1)).value_or(0),
          parse_decimal(place.substr(column + 1)).value_or(0)};
}

std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

bool network_has(std::string_view network, const PeerAddress& address) {
  const auto parsed = Network::parse(network);
  return parsed && NetworkSet({*parsed}).contains(address.ip());
}

}  // namespace

std::string Written::place(std::string_view path) const {
  const auto found = std::ranges::find(effective_, path, &EffectiveValue::path);
  return found == effective_.end() ? std::string() : place_in(*found);
}

std::string Written::place_below(std::string_view path) const {
  std::string first;
  for (const EffectiveValue& value : effective_) {
    if (!value.path.starts_with(path)) continue;
    std::string place = place_in(value);
    if (!place.empty() && (first.empty() || line_of(place) < line_of(first))) first = std::move(place);
  }
  return first;
}

Written::Item Written::network_with(std::string_view list, const PeerAddress& address) const {
  const auto is_it = [&](const EffectiveValue& item) {
    return item.path.starts_with(list) && item.path.substr(list.size()).starts_with('[') &&
           network_has(without_quotes(item.value), address);
  };
  const auto found = std::ranges::find_if(items_, is_it);
  if (!address.is_ip() || found == items_.end()) return {};
  return {std::string(without_quotes(found->value)), found->origin};
}

}  // namespace duplexd
