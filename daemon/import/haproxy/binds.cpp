// What the options of bind lines mean for a listener.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/times.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <array>

namespace duplexd::importing::haproxy {
namespace {

struct Plain {
  std::string_view option;
  std::string_view key;
};
constexpr std::array plain_texts{Plain{"interface", "client.interface"},
                                 Plain{"cc", "client.congestion"},
                                 Plain{"backlog", "backlog"},
                                 Plain{"user", "unix.owner"},
                                 Plain{"uid", "unix.owner"},
                                 Plain{"group", "unix.group"},
                                 Plain{"gid", "unix.group"}};
constexpr std::array plain_in_tls{Plain{"ciphers", "tls.ciphers"},
                                  Plain{"crl-file", "tls.client_certificates.crl_file"}};

void carry_lists(const Scope& options, const Target& listener) {
  for (const char* word : {"curves", "ecdhe"})
    if (const Setting* const curves = options.last(word))
      for (const auto curve : split(curves->arg(0), ':')) listener.add("tls.curves", curve, *curves);
  if (const Setting* const alpn = options.last("alpn"))
    for (const auto protocol : split(alpn->arg(0), ',')) listener.add("tls.alpn", protocol, *alpn);
}

void carry_certificates(const Scope& options, const Global& global, const Target& listener) {
  for (const Setting* const certificate : options.all("crt")) {
    if (certificate->arg(0).ends_with('/')) {
      listener.refuse(*certificate, "duplexd takes certificates file by file, not a folder");
      continue;
    }
    const Target item = listener.part("tls").item("certificates");
    item.set("certificate_file", in_folder(global.certificate_folder, certificate->arg(0)), *certificate);
  }
}

void carry_clients(const Scope& options, const Global& global, const Target& listener) {
  const Setting* const authority = options.last("ca-file");
  if (authority)
    listener.set("tls.client_certificates.ca_file", in_folder(global.authority_folder, authority->arg(0)),
                 *authority);
  const Setting* const verify = options.last("verify");
  if (!verify) return;
  const bool none = verify->arg(0) == "none";
  listener.set("tls.client_certificates.mode", none ? "off" : verify->arg(0), *verify);
  if (none) return;
  for (const char* key : {"tls.client_certificates.mode", "tls.client_certificates.ca_file"})
    listener.demand(key, *verify, "without it, clients would be let in that show no certificate");
}

void carry_version(const Scope& options, const Target& listener) {
  const Setting* const version = options.last("ssl-min-ver");
  if (version && (version->arg(0) == "TLSv1.2" || version->arg(0) == "TLSv1.3"))
    return listener.set("tls.min_version", version->arg(0).substr(4), *version);
  if (version) listener.refuse(*version, "duplexd speaks TLS 1.2 and 1.3");
}

void carry_tls(const Scope& options, const Global& global, const Target& listener) {
  const Setting* const ssl = options.last("ssl");
  if (!ssl) return;
  listener.carry(*ssl);
  listener.demand("tls.certificates", *ssl,
                  "no certificate of it is carried, and without TLS it would be another listener; name the "
                  "files in tls.certificates");
  carry_certificates(options, global, listener);
  carry_version(options, listener);
  for (const Plain& each : plain_in_tls) carry_text(options, each.option, each.key, listener);
  carry_lists(options, listener);
  carry_clients(options, global, listener);
  if (const Setting* const tickets = options.last("no-tls-tickets"))
    listener.set("tls.tickets", "false", *tickets);
  // What duplexd does not speak anyway.
  for (const char* word : {"no-sslv3", "no-tlsv10", "no-tlsv11"})
    if (const Setting* const old = options.last(word)) listener.carry(*old);
}

void carry_header(const Scope& options, const Target& listener) {
  const Setting* const header = options.last("accept-proxy");
  if (!header) return;
  for (const char* everybody : {"0.0.0.0/0", "::/0"}) listener.add("proxy_protocol.from", everybody, *header);
  listener.remark(*header,
                  "HAProxy believes everybody's headers; name the proxies in proxy_protocol.from alone");
}

}  // namespace

void carry_bind_options(const Setting& bind, const Global& global, const Target& listener) {
  const Scope options{bind.options};
  carry_header(options, listener);
  for (const Plain& each : plain_texts) carry_text(options, each.option, each.key, listener);
  if (const Setting* const mode = options.last("mode"))
    listener.set("unix.mode", mode->arg(0).size() == 3 ? fmt::format("0{}", mode->arg(0)) : mode->arg(0),
                 *mode);
  carry_time(options, "tcp-ut", "client.user_timeout", listener);
  if (const Setting* const transparent = options.last("transparent"))
    listener.set("transparent", "true", *transparent);
  if (const Setting* const deferred = options.last("defer-accept"))
    listener.set("client.defer_accept", "1s", *deferred);
  for (const char* word : {"v4v6", "v6only"})
    if (const Setting* const family = options.last(word)) listener.carry(*family);
  carry_tls(options, global, listener);
}

}  // namespace duplexd::importing::haproxy
