// listen directives with their parameters, and what of a server is about clients.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/addresses.hpp"
#include "daemon/import/values/times.hpp"

#include <algorithm>
#include <chrono>

namespace duplexd::importing::nginx {
namespace {

/// "443" is all of IPv4, "[::]:443 ipv6only=off" both families.
std::string bind_text(const Setting& listen) {
  std::string address = plain(listen.arg(0));
  const bool both = std::ranges::find(listen.args, "ipv6only=off") != listen.args.end();
  if (address.starts_with("unix:")) return address;
  if (both && address.starts_with("[::]:")) return address.substr(4);
  const bool only_port = address.find(':') == std::string::npos && !address.empty() && address[0] >= '0' &&
                         address[0] <= '9' && address.find('.') == std::string::npos;
  return only_port ? "*:" + address : address;
}

/// "on", "off" or "30m:1m:5".
void carry_keepalive(const Setting& listen, const Target& listener) {
  std::string_view value = listen.arg(0);
  listener.carry(listen);
  if (value == "on") return;
  if (value == "off") return listener.set("client.keepalive", "off", listen);
  static constexpr const char* keys[] = {"client.keepalive.idle", "client.keepalive.interval"};
  for (const char* key : keys) {
    const auto part = value.substr(0, value.find(':'));
    value.remove_prefix(std::min(part.size() + 1, value.size()));
    if (part.empty()) continue;
    const auto time = time_of(part, std::chrono::seconds(1));
    time ? listener.set(key, time_text(*time), listen) : listener.refuse(listen, time.error().what);
  }
  if (!value.empty()) listener.set("client.keepalive.count", plain(value), listen);
}

void carry_buffer(std::string_view key, const Setting& listen, const Target& listener) {
  const auto size = size_text(listen.arg(0));
  size ? listener.set(key, *size, listen) : listener.refuse(listen, size.error().what);
}

void carry_parameter(const Setting& option, const Target& listener) {
  const auto& name = option.key;
  if (name == "backlog") return listener.set("backlog", plain(option.arg(0)), option);
  if (name == "so_keepalive") return carry_keepalive(option, listener);
  if (name == "fastopen") return listener.set("client.fast_open", plain(option.arg(0)), option);
  if (name == "rcvbuf") return carry_buffer("client.receive_buffer", option, listener);
  if (name == "sndbuf") return carry_buffer("client.send_buffer", option, listener);
  if (name == "deferred") return listener.set("client.defer_accept", "1s", option);
  if (name == "multipath") return listener.set("client.mptcp", "true", option);
  const bool is_usual = name == "ssl" || name == "proxy_protocol" || name == "reuseport" || name == "bind" ||
                        name == "ipv6only" || name == "default_server";
  is_usual ? listener.carry(option) : listener.refuse(option, "duplexd has nothing like it");
}

constexpr const char* others_are_closed =
    "nginx serves others, too, by the addresses that they come from; duplexd closes who is not in "
    "proxy_protocol.from";

bool is_unix(const Setting& proxy) { return proxy.arg(0) == "unix:"; }

/// The networks that are trusted. duplexd believes clients of Unix sockets anyway.
void add_trusted(const std::vector<const Setting*>& trusted, const Target& listener) {
  for (const Setting* const proxy : trusted) {
    const auto network = network_text(proxy->arg(0));
    if (network) listener.add("proxy_protocol.from", *network, *proxy);
    if (is_unix(*proxy)) listener.carry(*proxy);
    if (!network && !is_unix(*proxy))
      listener.refuse(*proxy, "duplexd believes headers of networks and addresses");
  }
}

void carry_trust(const Scope& scope, const Setting& listen, const Target& listener) {
  const auto trusted = scope.all("set_real_ip_from");
  const bool names_some = !std::ranges::all_of(trusted, [](const Setting* each) { return is_unix(*each); });
  add_trusted(trusted, listener);
  if (names_some) {
    listener.remark(listen, others_are_closed);
    return listener.demand("proxy_protocol.from", listen, "without its proxies nobody could be believed");
  }
  for (const char* everybody : {"0.0.0.0/0", "::/0"}) listener.add("proxy_protocol.from", everybody, listen);
  listener.remark(listen, "nginx takes headers of everybody; name the proxies in proxy_protocol.from alone");
}

/// Whether some of the clients are known by the connection that they come by, whatever its header says.
bool disbelieves(const Scope& scope, const Listens& listens) {
  const auto trusted = scope.all("set_real_ip_from");
  return std::ranges::any_of(listens, [&](const Setting* listen) {
    const bool local = listen->arg(0).starts_with("unix:");
    return std::ranges::none_of(trusted, [&](const Setting* each) { return is_unix(*each) == local; });
  });
}

/// Whether it matters which address a client has.
bool goes_by_address(const Scope& scope, const Target& listener) {
  for (const char* word : {"allow", "deny", "limit_conn"})
    if (scope.last(word)) return true;
  const Node* const routes = listener.node().find("routes");
  if (routes && std::ranges::any_of(routes->children, [](const Node& each) { return each.has("source"); }))
    return true;
  const auto upstreams = upstreams_behind(listener);
  return std::ranges::any_of(upstreams, [](const Node* upstream) {
    const Node* const balance = upstream->find("balance");
    const Node* const endpoint = upstream->find("endpoint");
    const Node* const source = endpoint ? endpoint->find("source") : nullptr;
    return (balance && balance->text.ends_with("_hash")) || (source && source->text == "client") ||
           upstream->has("proxy_protocol");
  });
}

}  // namespace

void carry_listens(const Scope& scope, const Listens& listens, const Target& listener) {
  for (const Setting* const listen : listens) {
    listener.add("bind", bind_text(*listen), *listen);
    for (const Setting& option : listen->options) carry_parameter(option, listener);
  }
  if (has(*listens.front(), "ssl")) carry_tls(scope, *listens.front(), listener);
  if (has(*listens.front(), "proxy_protocol")) carry_trust(scope, *listens.front(), listener);
}

void check_trust(const Scope& scope, const Listens& listens, const Target& listener) {
  if (!has(*listens.front(), "proxy_protocol") || !disbelieves(scope, listens)) return;
  if (goes_by_address(scope, listener))
    listener.leave_out(
        *listens.front(),
        "without set_real_ip_from nginx goes by the address of the connection, duplexd by that "
        "of the header, which anybody may write");
}

}  // namespace duplexd::importing::nginx
