#include "daemon/admin/allowed_hosts.hpp"

#include "core/net/host_addresses.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

bool is_port(std::string_view text) {
  return text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos;
}

/// Without the port, and with the brackets of IPv6. None: it is malformed.
std::optional<std::string_view> without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == host.npos || host.ends_with(']')) return host;
  if (!is_port(host.substr(colon + 1))) return std::nullopt;
  return host.substr(0, colon);
}

std::string as_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return boost::algorithm::to_lower_copy(std::string(host));
}

}  // namespace

AllowedHosts::AllowedHosts(std::vector<BindAddress> bind, std::vector<std::string> names)
    : bind_(std::move(bind)), names_(std::move(names)) {
  names_.emplace_back("localhost");
}

bool AllowedHosts::is_bound(const PeerAddress& address) const {
  return std::ranges::any_of(bind_, [&](const BindAddress& bind) {
    if (bind.kind == BindAddress::Kind::dual_stack) return true;
    const PeerAddress bound(bind.address);
    return is_wildcard(bind.address) ? bound.family() == address.family() : bound.ip() == address.ip();
  });
}

bool AllowedHosts::admits(std::string_view host) const {
  const auto named = without_port(host);
  if (!named) return false;
  const auto address = SocketAddress::parse(fmt::format("{}:0", *named));
  if (address && !address->is_unix()) return is_bound(PeerAddress(*address));
  return std::ranges::find(names_, as_name(*named)) != names_.end();
}

}  // namespace duplexd
