// The addresses that servers are dialled from.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/addresses.hpp"

#include <algorithm>

namespace duplexd::importing::haproxy {
namespace {

/// "10.0.0.9:1024-2048", "::1" and "[::1]:0" in two parts.
HostPort split_source(std::string_view text) {
  const bool bare = std::ranges::count(text, ':') > 1 && !text.starts_with('[');
  HostPort source = bare ? HostPort{std::string(text), ""} : split_address(text);
  if (source.host.starts_with('[') && source.host.ends_with(']'))
    source.host = source.host.substr(1, source.host.size() - 2);
  return source;
}

void carry_source_address(const Setting& source, const Target& upstream) {
  const HostPort address = split_source(source.arg(0));
  const bool any =
      address.host.empty() || address.host == "*" || address.host == "0.0.0.0" || address.host == "::";
  any ? upstream.carry(source) : upstream.part("endpoint").add("source", address.host, source);
  if (!address.port.empty() && address.port != "0")
    upstream.remark(source, "duplexd dials from any port of the address");
}

void carry_client_source(const Setting& source, std::string_view whose, const Target& upstream) {
  if (whose != "client" && whose != "clientip")
    return upstream.refuse(source, "duplexd dials from addresses of this host, or from the client's");
  upstream.part("endpoint").set("source", "client", source);
  if (whose == "client") upstream.remark(source, "the port is another one than the client's");
}

/// "source 10.0.0.9 interface eth1" of a backend.
void carry_backend_source(const Setting& source, const Target& upstream) {
  const auto how = source.arg(1);
  if (how == "usesrc") return carry_client_source(source, source.arg(2), upstream);
  const bool is_known = how.empty() || (how == "interface" && source.args.size() == 3);
  if (!is_known) return upstream.refuse(source, "it is not understood");
  carry_source_address(source, upstream);
  if (how == "interface") upstream.set("endpoint.interface", source.arg(2), source);
}

}  // namespace

void carry_source(const Servers& servers, const Setting* of_backend) {
  const Target& upstream = servers.upstream();
  const Setting* const own = servers.alike("source");
  const Setting* const usesrc = servers.alike("usesrc");
  servers.carry_text("interface", "endpoint.interface");
  if (!own && of_backend) return carry_backend_source(*of_backend, upstream);
  if (!own) return;
  if (!usesrc) return carry_source_address(*own, upstream);
  carry_client_source(*own, usesrc->arg(0), upstream);
}

}  // namespace duplexd::importing::haproxy
