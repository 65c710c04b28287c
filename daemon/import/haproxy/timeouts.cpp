#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/times.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace duplexd::importing::haproxy {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds usual_half_closed(60'000);  // where it is not written

/// A time-out of HAProxy's; none of `time` is no limit.
struct Limit {
  const Setting* setting = nullptr;  // null: there is none, or it is not understood
  std::optional<milliseconds> time{};
  bool is_known = true;  // false: it is refused
};

/// Refuses one that is no time.
Limit limit_of(const Scope& scope, std::string_view word, const Target& listener) {
  const Setting* const setting = scope.last(word);
  if (!setting) return {};
  const auto time = time_of(setting->arg(0), milliseconds(1));
  if (!time) {
    listener.refuse(*setting, time.error().what);
    return {.is_known = false};
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
  listener.draft().note(
      "Where the file has no time-out, HAProxy has none: timeouts.idle and timeouts.half_closed are off "
      "there.");
}

/// The time-outs of the two sides, and the one that takes the place of both while neither has ended.
struct Idle {
  Limit client, server, tunnel;
};

Idle idle_of(const Scope& front, const Scope& back, const Target& listener) {
  return {limit_of(front, "timeout client", listener), limit_of(back, "timeout server", listener),
          limit_of(back, "timeout tunnel", listener)};
}

/// HAProxy ends a session when either side has been silent for its time.
const Limit& shorter_of(const Idle& idle) {
  if (idle.tunnel.setting) return idle.tunnel;
  const bool by_server =
      idle.server.setting && (!idle.client.setting || is_shorter(idle.server, idle.client));
  return by_server ? idle.server : idle.client;
}

void carry_idle(const Idle& idle, const Scope& front, const Scope& back, const Target& listener) {
  const Limit& taken = shorter_of(idle);
  if (!taken.setting) return keep_forever(front, back, listener);
  listener.set("timeouts.idle", text_of(taken), *taken.setting);
  if (idle.tunnel.setting) return;
  remark_on_shorter(taken, &taken == &idle.server ? idle.client : idle.server, listener);
}

/// Whether it is what duplexd has where nothing is written.
bool is_usual(const Limit& half_closed, const Limit& idle) {
  return half_closed.time &&
         *half_closed.time == std::min(usual_half_closed, idle.time.value_or(usual_half_closed));
}

/// Without a time-out for sides that have ended, the others go on to count.
void carry_half_closed(const Idle& idle, const Scope& front, const Scope& back, const Target& listener) {
  const Limit client_fin = limit_of(front, "timeout client-fin", listener);
  const Limit server_fin = limit_of(back, "timeout server-fin", listener);
  const auto or_idle = [&](const Limit& fin, const Limit& own) -> const Limit& {
    return fin.setting || !fin.is_known ? fin : idle.tunnel.setting ? idle.tunnel : own;
  };
  const Limit &client = or_idle(client_fin, idle.client), &server = or_idle(server_fin, idle.server);
  const bool by_server = is_shorter(client, server);
  const Limit& taken = by_server ? server : client;
  const Limit& left = by_server ? client_fin : server_fin;
  if (left.setting && left.time != taken.time)
    listener.refuse(*left.setting, "duplexd has one time for both sides, and the longer one is carried");
  if (!taken.is_known || is_usual(taken, shorter_of(idle))) return;
  if (!taken.setting) return listener.assume("timeouts.half_closed", "off");
  listener.set("timeouts.half_closed", text_of(taken), *taken.setting);
}

bool has_queue(const Section& backend) {
  return std::ranges::any_of(servers_of(backend),
                             [](const Server& server) { return server.options.last("maxconn") != nullptr; });
}

/// A queue without a time-out has that of connecting, and without that one none.
void carry_queue(const Section& backend, const Target& listener) {
  const Scope& scope = backend.all;
  if (scope.last("timeout queue") || !has_queue(backend))
    return carry_time(scope, "timeout queue", "timeouts.queue", listener);
  const Limit connect = limit_of(scope, "timeout connect", listener);
  if (!connect.is_known) return;
  if (connect.time) return listener.set("timeouts.queue", text_of(connect), *connect.setting);
  listener.assume("timeouts.queue", "1d");
  listener.draft().note(
      "Where the file has no time-out for a queue, HAProxy has none: timeouts.queue is a "
      "day there, the longest time of duplexd.");
}

void carry_connect(const Scope& scope, const Target& listener) {
  if (scope.last("timeout connect"))
    return carry_time(scope, "timeout connect", "timeouts.connect", listener);
  listener.draft().note(
      "Where the file has no time-out to connect, HAProxy has none, and duplexd has one; "
      "see timeouts.connect.");
}

}  // namespace

void carry_timeouts(const Section& frontend, const Section& backend, const Target& listener) {
  carry_connect(backend.all, listener);
  carry_queue(backend, listener);
  const Idle idle = idle_of(frontend.all, backend.all, listener);
  carry_idle(idle, frontend.all, backend.all, listener);
  carry_half_closed(idle, frontend.all, backend.all, listener);
}

}  // namespace duplexd::importing::haproxy
