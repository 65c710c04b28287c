#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/times.hpp"

#include <chrono>
#include <optional>

namespace duplexd::importing::haproxy {
namespace {

using std::chrono::milliseconds;

/// A time-out of HAProxy's; none of `time` is no limit.
struct Limit {
  const Setting* setting = nullptr;
  std::optional<milliseconds> time{};
};

/// Refuses one that is no time.
Limit limit_of(const Scope& scope, std::string_view word, const Target& listener) {
  const Setting* const setting = scope.last(word);
  if (!setting) return {};
  const auto time = time_of(setting->arg(0), milliseconds(1));
  if (!time) {
    listener.refuse(*setting, time.error().what);
    return {};
  }
  listener.carry(*setting);
  return {setting, time->count() == 0 ? std::nullopt : std::optional(*time)};
}

bool is_shorter(const Limit& one, const Limit& other) {
  return one.time && (!other.time || *one.time < *other.time);
}

std::string text_of(const Limit& limit) { return time_text(limit.time.value_or(milliseconds(0))); }

void remark_on_shorter(const Limit& taken, const Limit& left, const Target& listener) {
  if (!left.setting || left.time == taken.time) return;
  listener.remark(*left.setting, "duplexd has one time for both sides, and the shorter one counts here, too");
}

/// Where the file has no time-out HAProxy has none.
void keep_forever(const Scope& front, const Scope& back, const Target& listener) {
  if (front.last("timeout client") || back.last("timeout server")) return;
  listener.assume("timeouts.idle", "off");
  listener.draft().note("Where the file has no time-out, HAProxy has none: timeouts.idle is off there.");
}

/// HAProxy ends a session when either side has been silent for its time. A tunnel time-out takes the place of
/// both.
void carry_idle(const Scope& front, const Scope& back, const Target& listener) {
  const Limit client = limit_of(front, "timeout client", listener);
  const Limit server = limit_of(back, "timeout server", listener);
  const Limit tunnel = limit_of(back, "timeout tunnel", listener);
  if (tunnel.setting) {
    listener.set("timeouts.idle", text_of(tunnel), *tunnel.setting);
    return;
  }
  const bool by_server = server.setting && (!client.setting || is_shorter(server, client));
  const Limit& taken = by_server ? server : client;
  if (!taken.setting) return keep_forever(front, back, listener);
  listener.set("timeouts.idle", text_of(taken), *taken.setting);
  remark_on_shorter(taken, by_server ? client : server, listener);
}

void carry_half_closed(const Scope& front, const Scope& back, const Target& listener) {
  const Limit client = limit_of(front, "timeout client-fin", listener);
  const Limit server = limit_of(back, "timeout server-fin", listener);
  const bool by_server = server.setting && (!client.setting || is_shorter(client, server));
  const Limit& taken = by_server ? server : client;
  const Limit& left = by_server ? client : server;
  if (!taken.setting) return;
  listener.set("timeouts.half_closed", text_of(taken), *taken.setting);
  if (left.setting && left.time != taken.time)
    listener.refuse(*left.setting, "duplexd has one time for both sides, and the longer one is carried");
}

}  // namespace

void carry_timeouts(const Section& frontend, const Section& backend, const Target& listener) {
  carry_time(backend.all, "timeout connect", "timeouts.connect", listener);
  carry_time(backend.all, "timeout queue", "timeouts.queue", listener);
  carry_idle(frontend.all, backend.all, listener);
  carry_half_closed(frontend.all, backend.all, listener);
}

}  // namespace duplexd::importing::haproxy
