// The addresses of bind lines.
#include "core/config/spelling/wording.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/addresses.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::haproxy {
namespace {

bool has_option(const Setting& bind, std::string_view word) {
  return std::ranges::any_of(bind.options, [&](const Setting& option) { return option.key == word; });
}

constexpr const char* of_kernel =
    "HAProxy leaves it to net.ipv6.bindv6only whether it is IPv4, too: here it is, as where that is 0";

bool is_any_v4(std::string_view host) {
  return host.empty() || host == "*" || host == "0.0.0.0" || host == "ipv4@" || host == "ipv4@*" ||
         host == "ipv4@0.0.0.0";
}

bool is_any_v6(std::string_view host) { return host == "::" || host == "[::]"; }

/// An address of a bind line as duplexd writes it, or why there is none. Every address of IPv6 is ":80".
Parsed<std::string> bind_address(std::string_view text) {
  if (text.starts_with('/')) return parsed_text(fmt::format("unix:{}", text));
  if (text.starts_with("unix@")) return parsed_text(fmt::format("unix:{}", text.substr(5)));
  if (text.starts_with("abnsz@")) return parsed_text(fmt::format("unix:@{}", text.substr(6)));
  const bool is_v6 = text.starts_with("ipv6@");
  if (is_v6 || text.starts_with("ipv4@")) text.remove_prefix(5);
  if (text.find('@') != std::string_view::npos) return ParseError{"duplexd has no such kind of address"};
  const HostPort address = split_address(text);
  if (address.port.empty()) return ParseError{"a port is missing"};
  const bool any = address.host.empty() || address.host == "*";
  if (is_any_v6(address.host) || (any && is_v6)) return parsed_text(":" + address.port);
  return parsed_text(join_address(any ? "*" : address.host, address.port));
}

/// Whether another line has every address of IPv4 at this port.
bool has_v4(const Binds& binds, std::string_view port) {
  for (const Setting* const bind : binds)
    for (const auto text : split(bind->arg(0), ',')) {
      const HostPort address = split_address(text);
      if (address.port == port && is_any_v4(address.host)) return true;
    }
  return false;
}

}  // namespace

void carry_bind_addresses(const Setting& bind, const Binds& all, const Target& listener) {
  for (const auto text : split(bind.arg(0), ',')) {
    const auto address = bind_address(text);
    if (!address) {
      listener.refuse(bind, address.error().what);
      continue;
    }
    const bool both = address->starts_with(':');
    const bool only_v6 = both && (has_option(bind, "v6only") || has_v4(all, address->substr(1)));
    listener.add("bind", only_v6 ? "[::]" + *address : *address, bind);
    if (both && !only_v6 && !has_option(bind, "v4v6")) listener.remark(bind, of_kernel);
  }
}

}  // namespace duplexd::importing::haproxy
