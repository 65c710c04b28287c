#include "core/session/views/verdict.hpp"

#include "core/session/views/evidence.hpp"

#include <array>
#include <utility>

namespace duplexd {
namespace {

Verdict of_stage(const SessionView& view) {
  switch (view.state) {
    case LiveState::greeting:
      return {Slow::client, view.age, silent_client(view)};
    case LiveState::waiting_turn:
      return {Slow::limit, view.age, waits_for_turn(view)};
    case LiveState::waiting_room:
      return {Slow::endpoint, view.age, waits_for_room(view)};
    case LiveState::introducing:
      return {Slow::endpoint, view.age, unanswered_introduction(view)};
    default:
      return {Slow::endpoint, view.age, unanswered_dial(view)};
  }
}

Slow peer_of(const Heard& heard) noexcept {
  return heard.receiver == Side::client ? Slow::client : Slow::endpoint;
}
Slow path_of(const Heard& heard) noexcept {
  return heard.receiver == Side::client ? Slow::client_path : Slow::endpoint_path;
}

/// Its receiver took bytes more slowly than its sender sent them.
Verdict of_stall(const Heard& heard) {
  const auto time = heard.chain.bytes.stalled;
  if (!heard.tcp) return {peer_of(heard), time, takes_nothing(heard)};
  if (has_closed_window(heard) && !takes_something(heard))
    return {peer_of(heard), time, does_not_read(heard)};
  if (has_closed_window(heard) || is_limited_by_window(heard))
    return {peer_of(heard), time, reads_slowly(heard)};
  return {path_of(heard), time, loses_segments(heard) ? lossy_path(heard) : narrow_path(heard)};
}

Verdict of_direction(const Heard& heard) {
  if (heard.chain.waits_for == ChainWait::bandwidth) return {Slow::limit, {}, held_by_bandwidth(heard)};
  if (stalls(heard)) return of_stall(heard);
  if (heard.tcp && heard.tcp->retries > 0)
    return {path_of(heard), heard.tcp->since_acknowledged, does_not_acknowledge(heard)};
  if (owes_answer(heard)) return {Slow::endpoint, *heard.tcp->since_sent, unanswered_request(heard)};
  return {};
}

bool comes_first(const Verdict& one, const Verdict& other) noexcept {
  if (other.who == Slow::nobody) return true;
  return one.who != Slow::nobody && one.time >= other.time;
}

}  // namespace

std::string_view to_word(Slow slow) noexcept {
  constexpr std::array<std::string_view, slow_count> words{"nobody",   "client",        "client_path",
                                                           "endpoint", "endpoint_path", "limit"};
  return words[static_cast<std::size_t>(slow)];
}

Verdict judge(const SessionView& view) {
  if (view.state != LiveState::relaying && view.state != LiveState::half_closed) return of_stage(view);
  const Heard upstream{view, view.upstream_chain, Side::endpoint, view.endpoint_tcp};
  const Heard downstream{view, view.downstream_chain, Side::client, view.client_tcp};
  Verdict of_endpoint = of_direction(upstream);
  Verdict of_client = of_direction(downstream);
  Verdict& first = comes_first(of_endpoint, of_client) ? of_endpoint : of_client;
  if (first.who == Slow::nobody) first.evidence = nothing_waits(view);
  return std::move(first);
}

}  // namespace duplexd
