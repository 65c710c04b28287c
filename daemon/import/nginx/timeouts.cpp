// The times of a server.
#include "core/net/address/decimal.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace duplexd::importing::nginx {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds idle_of_nginx = 10min;
constexpr milliseconds connect_of_nginx = 1min;
constexpr milliseconds own_handshake = 10s;  // what duplexd has where there is none
constexpr milliseconds longest_handshake = 1h;

milliseconds time_or(const Scope& scope, std::string_view word, milliseconds silent, const Target& target) {
  const Setting* const setting = scope.last(word);
  return setting ? time_in(*setting, target).value_or(silent) : silent;
}

/// How many servers nginx may try for a client: each once, unless the file says less.
std::int64_t tries_of(const Scope& scope, const Target& listener) {
  std::size_t most = 1;
  for (const Node* const upstream : upstreams_behind(listener))
    if (const Node* const endpoints = upstream->find("endpoints"))
      most = std::max(most, endpoints->children.size());
  const Setting* const next = scope.last("proxy_next_upstream");
  const Setting* const tries = scope.last("proxy_next_upstream_tries");
  const auto limit = tries ? parse_decimal(tries->arg(0)).value_or(0) : 0;
  if (next && !is_on(next)) return 1;
  return static_cast<std::int64_t>(limit == 0 ? most : std::min<std::uint64_t>(most, limit));
}

/// What nginx waits for before it dials, a phase after the other.
struct Phase {
  std::string_view word;
  bool is_there;
  milliseconds silent;
};

void carry_handshake(const Scope& scope, const Listens& listens, const Target& listener) {
  const Phase phases[] = {{"proxy_protocol_timeout", has(*listens.front(), "proxy_protocol"), 30s},
                          {"ssl_handshake_timeout", has(*listens.front(), "ssl"), 1min},
                          {"preread_timeout", is_on(scope.last("ssl_preread")), 30s}};
  const milliseconds connect = time_or(scope, "proxy_connect_timeout", connect_of_nginx, listener);
  const std::int64_t tries = tries_of(scope, listener);
  milliseconds sum = connect * tries;
  std::vector<const Setting*> written;
  for (const Phase& phase : phases) {
    if (!phase.is_there) continue;
    sum += time_or(scope, phase.word, phase.silent, listener);
    if (const Setting* const setting = scope.last(phase.word)) written.push_back(setting);
  }
  const std::string text = time_text(std::min(sum, longest_handshake));
  for (const Setting* const setting : written) {
    listener.set("timeouts.handshake", text, *setting);
    listener.remark(*setting,
                    fmt::format("timeouts.handshake is for all that comes before bytes are relayed, and "
                                "{} to connect {} in it",
                                tries == 1 ? "one attempt" : fmt::format("{} attempts", tries),
                                tries == 1 ? "is" : "are"));
  }
  if (sum > std::max(own_handshake, connect)) listener.assume("timeouts.handshake", text);
}

/// nginx knows no other time for a side that is left alone.
void carry_half_close(const Scope& scope, const Target& listener) {
  const Setting* const half = scope.last("proxy_half_close");
  if (!half) return;
  if (!is_on(half)) return listener.carry(*half);
  listener.set("timeouts.half_closed", time_text(time_or(scope, "proxy_timeout", idle_of_nginx, listener)),
               *half);
}

}  // namespace

void carry_times(const Scope& scope, const Listens& listens, const Target& listener) {
  carry_time(scope, "proxy_connect_timeout", "timeouts.connect", listener);
  carry_handshake(scope, listens, listener);
  carry_time(scope, "proxy_timeout", "timeouts.idle", listener);
  carry_half_close(scope, listener);
}

}  // namespace duplexd::importing::nginx
