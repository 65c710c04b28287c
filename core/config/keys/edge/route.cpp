// Keys of a listener that say where its clients go.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"
#include "core/config/spelling/port_ranges.hpp"

#include <algorithm>

namespace duplexd {
namespace {

using enum ReloadClass;

constexpr std::size_t longest_protocol = 255;  // RFC 7301, section 3.1

Spelling<NamePattern> name_pattern() {
  return {NamePattern::parse,
          [](const NamePattern& value) { return yaml_scalar(value.to_string()); },
          {R"(www.example.com, "*.example.com" for all names below it, or default)",
           {NamePattern::any_word},
           "",
           {text_schema("^(\\\\*\\\\.)?[A-Za-z0-9_-]+(\\\\.[A-Za-z0-9_-]+)*\\\\.?$")}}};
}

Spelling<std::string> protocol() {
  return {[](std::string_view text) -> Parsed<std::string> {
            const bool fits = !text.empty() && text.size() <= longest_protocol;
            if (!fits || !std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; }))
              return ParseError{"is no name of a protocol"};
            return parsed_text(std::string(text));
          },
          [](const std::string& text) { return yaml_scalar(text); },
          {"one such as h2, http/1.1 or acme-tls/1", {}, "", {text_schema("^[!-~]{1,255}$")}}};
}

Spelling<PortRange> port_range() {
  return {parse_port_range,
          [](const PortRange& range) { return to_string(range); },
          {"a port or a range of them, such as 443 or 8000-8100",
           {},
           "",
           {R"({"type": "integer", "minimum": 1, "maximum": 65535})",
            text_schema("^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$")}}};
}

}  // namespace

const Keys<RouteConfig>& route_keys() {
  static const Keys<RouteConfig> keys{
      list("sni", &RouteConfig::sni, name_pattern(), new_sessions,
           "Names that clients ask for in TLS, one or a list: www.example.com, \"\\*.example.com\" for all "
           "names below it, or default for every client that speaks TLS, also one without a name.",
           "Capitals and a final dot do not matter. With an encrypted ClientHello (ECH) the outer name "
           "counts. A client that does not speak TLS, or sends nothing, asks for none."),
      list("alpn", &RouteConfig::alpn, protocol(), new_sessions,
           "Protocols of which a client offers one in TLS: h2, http/1.1, acme-tls/1, postgresql."),
      list("source", &RouteConfig::source, network(), new_sessions,
           "Networks (10.0.0.0/8, 2001:db8::/32) or addresses that clients come from.",
           "Clients of Unix sockets have no address, and come from none."),
      list("destination_port", &RouteConfig::destination_port, port_range(), new_sessions,
           "Ports of the listener that clients come to: 443, 8000-8100."),
      value("upstream", referring(&RouteConfig::upstream), &Dependent::upstream, new_sessions,
            "The name of the upstream, one below *upstreams*, that these clients are connected to.")
          .needs("upstream: NAME, or reject: true", {"reject"}),
      value("reject", &RouteConfig::reject, boolean(), new_sessions,
            "*true*: these clients are closed, with the reason _route_rejected_."),
  };
  return keys;
}

Key<ListenerConfig> listener_upstream_key() {
  return value(
             "upstream", referring(&ListenerConfig::upstream), &Dependent::upstream, new_sessions,
             "The name of the upstream that clients are connected to.",
             "In its place, *endpoints* and the other keys of an upstream may stand here, for an upstream "
             "that "
             "only this listener uses. It has the name of the listener, in the log and elsewhere. A listener "
             "with *routes* needs neither; clients that no route takes are closed then, with the reason "
             "_no_route_.")
      .needs("upstream: NAME for one below 'upstreams:', or endpoints: [10.0.0.11:5432] for one of its own",
             {"endpoints", "endpoints_file", "etcd", "consul", "routes"});
}

Key<ListenerConfig> routes_key() {
  return maps(
      "routes", &ListenerConfig::routes, route_keys(), "",
      "Where clients go before they go to *upstream*: a list of maps, the first of which that takes a "
      "client decides.",
      "A route takes a client that meets all its conditions (*sni*, *alpn*, *source*, "
      "*destination_port*); of each list, one item has to hold. A route without conditions takes every "
      "client. TLS does not end here for it: the ClientHello is read, and goes to the endpoint with all "
      "that follows. Where a route with *sni* or *alpn* may take a client, its first bytes are waited "
      "for within *timeouts.handshake*, so that protocols in which the endpoint speaks first need "
      "routes, or listeners, without them. A broken hello ends a session with _bad_client_hello_. There "
      "may be 1000 routes.");
}

Key<ListenerConfig> starttls_key() {
  return value(
      "starttls", &ListenerConfig::starttls,
      one_of<StartTls>({{"off", StartTls::off}, {"postgres", StartTls::postgres}}), new_sessions,
      "How clients ask for TLS; *off*: they begin it at once; *postgres*: by PostgreSQL's SSLRequest, "
      "which is answered here and repeated to the endpoint.",
      "With it, *sni* works for clients of PostgreSQL 14 and later. A client that begins TLS at once is "
      "taken as well, and one that does not ask for TLS is one that does not speak it.");
}

}  // namespace duplexd
