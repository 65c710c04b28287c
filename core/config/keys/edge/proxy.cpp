// Keys of the PROXY protocol, in a listener and in an upstream.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

namespace duplexd {
namespace {

using enum ReloadClass;

Keys<ProxyInConfig> in_keys() {
  using enum ProxyInConfig::Mode;
  return {
      list("from", &ProxyInConfig::from, network(), new_sessions,
           "Networks (10.0.0.0/8, 2001:db8::/32) or addresses of the proxies whose headers are believed.",
           "Whoever comes from there may say to be anybody, so name the proxies alone. Clients of Unix "
           "sockets "
           "have no address and are believed; *unix.mode* governs them.")
          .needs("the proxies to believe, such as from: [10.0.0.2]"),
      value(
          "mode", &ProxyInConfig::mode,
          one_of<ProxyInConfig::Mode>({{"required", required}, {"optional", optional}}), new_sessions,
          "*required*: who sends no header, or is not in *from*, is closed; *optional*: who is in *from* may "
          "send one, and what anybody else sends goes to the endpoint as it is.",
          "With *optional* a client of such a proxy that sends none could send one of its own: use it only "
          "while the proxies are being changed."),
  };
}

using Chosen = bool ProxyFields::*;

Spelling<Chosen> field_word() {
  return one_of<Chosen>({{"unique_id", &ProxyFields::unique_id},
                         {"authority", &ProxyFields::authority},
                         {"alpn", &ProxyFields::alpn},
                         {"ssl", &ProxyFields::ssl},
                         {"crc32c", &ProxyFields::crc32c},
                         {"received", &ProxyFields::received}});
}

void take_fields(MapReader& map, ProxyOutConfig& proxy, const std::vector<Placed<Chosen>>& fields) {
  for (const auto& field : fields) proxy.send.*field.value = true;
  if (!fields.empty() && proxy.version == ProxyVersion::v1)
    map.problem(fields.front().place, "send",
                "a header of version 1 has addresses only; write version: v2, or leave 'send' out");
}

Keys<ProxyOutConfig> out_keys() {
  using enum ProxyVersion;
  return {
      value(
          "version", &ProxyOutConfig::version, one_of<ProxyVersion>({{"v1", v1}, {"v2", v2}}), new_sessions,
          "*v1*: a line of text with the addresses; *v2*: binary, with what *send* adds.",
          "The endpoint has to expect one: _accept-proxy_ of HAProxy, _listen ... proxy_protocol_ of nginx."),
      list("send", std::function<void(MapReader&, ProxyOutConfig&, std::vector<Placed<Chosen>>)>(take_fields),
           field_word(), new_sessions,
           "What a header of version 2 says beside the addresses: unique_id, authority, alpn, ssl, crc32c, "
           "received; one or a list.",
           "What is not known is left out.\n"
           "- *unique_id*: an identifier of the session, or the one that came with the client\n"
           "- *authority*, *alpn*: the name and the protocol that the client asked for by TLS\n"
           "- *ssl*: version and cipher of the client's TLS, and the verified name of its certificate\n"
           "- *crc32c*: a checksum of the header\n"
           "- *received*: what the header of the client's proxy said, as far as nothing else here says it"),
  };
}

}  // namespace

Key<ListenerConfig> proxy_in_key() {
  return section_or_off(
      "proxy_protocol", &ListenerConfig::proxy_protocol, &ProxyInConfig::enabled, new_sessions,
      "Take the address of the client from a PROXY header, version 1 or 2, that a proxy in front sends; "
      "*off*: "
      "clients come themselves.",
      "That address counts for *access*, *limits.per_source*, *hash* and the log, which has the proxy as "
      "_via_. A header that says nothing of a client (LOCAL, UNKNOWN) leaves the proxy itself. It has to "
      "come within *timeouts.handshake*.",
      in_keys());
}

Key<UpstreamConfig> proxy_out_key() {
  auto key = section_or_off(
      "proxy_protocol", &UpstreamConfig::proxy_protocol, &ProxyOutConfig::enabled, new_sessions,
      "Tell endpoints who the client is, by a PROXY header before its first byte; *off*: do not.",
      "A version alone is short for a map with it: _proxy_protocol: v2_. It stands below *upstreams*: in a "
      "listener with an upstream of its own, the key is that of the listener. A client without an IP address "
      "is UNKNOWN in version 1. A health check says LOCAL, or its own addresses in version 1, unless it has "
      "a *port* of its own.",
      out_keys());
  key.about.short_for = "version";
  key.about.form =
      form_with("off", one_of<ProxyVersion>({{"v1", ProxyVersion::v1}, {"v2", ProxyVersion::v2}}).form);
  return key;
}

}  // namespace duplexd
