// listen directives with their parameters, and what of a server is about clients.
#include "daemon/import/nginx/translation.hpp"
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

void carry_trust(const Scope& scope, const Setting& listen, const Target& listener) {
  const auto trusted = scope.all("set_real_ip_from");
  for (const Setting* const proxy : trusted)
    listener.add("proxy_protocol.from", plain(proxy->arg(0)), *proxy);
  if (!trusted.empty()) return;
  for (const char* everybody : {"0.0.0.0/0", "::/0"}) listener.add("proxy_protocol.from", everybody, listen);
  listener.remark(listen, "nginx takes headers of everybody; name the proxies in proxy_protocol.from alone");
}

}  // namespace

void carry_listens(const Scope& scope, const std::vector<const Setting*>& listens, const Target& listener) {
  for (const Setting* const listen : listens) {
    listener.add("bind", bind_text(*listen), *listen);
    for (const Setting& option : listen->options) carry_parameter(option, listener);
  }
  const auto& first = listens.front()->args;
  if (std::ranges::find(first, "ssl") != first.end()) carry_tls(scope, listener);
  if (std::ranges::find(first, "proxy_protocol") != first.end())
    carry_trust(scope, *listens.front(), listener);
}

void carry_text(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  if (const Setting* const setting = scope.last(word)) target.set(key, plain(setting->arg(0)), *setting);
}

void carry_time(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  const Setting* const setting = scope.last(word);
  if (!setting) return;
  const auto time = time_of(setting->arg(0), std::chrono::seconds(1));
  time ? target.set(key, time_text(*time), *setting) : target.refuse(*setting, time.error().what);
}

void carry_size(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  const Setting* const setting = scope.last(word);
  if (!setting) return;
  const auto size = size_text(setting->arg(0));
  size ? target.set(key, *size, *setting) : target.refuse(*setting, size.error().what);
}

std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '$' ? std::string("$$") : std::string(1, c);
  return result;
}

}  // namespace duplexd::importing::nginx
