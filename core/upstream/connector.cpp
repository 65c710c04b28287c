#include "core/upstream/connector.hpp"

#include "core/net/socket/stream.hpp"

#include <cerrno>
#include <cstddef>
#include <utility>

namespace duplexd {

namespace {

// Nothing tells when the backlog of a Unix listener has room again (unix(7)), or the kernel has memory.
constexpr std::chrono::milliseconds retry_pause{100};

}  // namespace

Dial Connector::dial() noexcept {
  while (const Pool::Member* const next = upstream_.choose(turn_, tried_)) {
    take(*next);
    Dial dial = next->leads_back ? fail({CloseReason::connect_loop, WayOn::other_endpoint}, 0) : connect();
    if (dial.state != Dial::State::failed || way_on_ == WayOn::none) return dial;
  }
  if (tried_.retry()) return {.state = Dial::State::paused, .socket = {}, .pause = retry_pause};
  return {.state = Dial::State::failed, .socket = {}};
}

void Connector::take(const Pool::Member& member) noexcept {
  tried_.add(*member.endpoint);
  ++attempts_;
  endpoint_ = EndpointHold(*member.endpoint);
  may_meet_itself_ = member.may_meet_itself;
}

// From each source address that may do.
Dial Connector::connect() noexcept {
  const int family = endpoint_->address.family();
  const auto sources = upstream_.pool().sources(family);
  if (sources.empty()) return connect_from(nullptr);
  const std::size_t first = upstream_.take_source_turn(family);
  for (std::size_t i = 0;; ++i) {
    Dial dial = connect_from(&sources[(first + i) % sources.size()]);
    const bool failed = dial.state == Dial::State::failed;
    if (!failed || way_on_ != WayOn::other_source || i + 1 == sources.size()) return dial;
  }
}

Dial Connector::connect_from(const SocketAddress* source) noexcept {
  Connecting begun = begin_connect(endpoint_->address, upstream_.config().endpoint, source);
  if (begun.in_progress()) return {.state = Dial::State::in_progress, .socket = std::move(begun.socket)};
  if (begun.error != 0) return fail(judge(begun.step, begun.error, source != nullptr), begun.error);
  Dial dial = arrive(begun.socket.get());
  if (dial.state == Dial::State::connected) dial.socket = std::move(begun.socket);
  return dial;
}

Dial Connector::resume(int socket, bool timed_out) noexcept {
  const int error = timed_out ? ETIMEDOUT : finish_connect(socket, endpoint_->address);
  if (error == EALREADY) return {.state = Dial::State::in_progress, .socket = {}};
  Dial outcome = error == 0 ? arrive(socket) : fail(judge(ConnectStep::connect, error, false), error);
  const bool over = outcome.state == Dial::State::connected || way_on_ == WayOn::none;
  return over ? std::move(outcome) : dial();
}

// A connection to itself means that the port has no listener. The reset leaves the port free for one.
Dial Connector::arrive(int socket) noexcept {
  if (may_meet_itself_ && is_connected_to_itself(socket, endpoint_->address)) {
    reset_on_close(socket);
    return fail({CloseReason::connect_refused, WayOn::other_endpoint}, ECONNREFUSED);
  }
  upstream_.counters().connected.add();
  return {.state = Dial::State::connected, .socket = {}};
}

Dial Connector::fail(DialFailure failure, int error) noexcept {
  failure_ = failure.reason;
  way_on_ = failure.way_on;
  error_ = error;
  if (way_on_ == WayOn::later) tried_.may_retry_last();
  upstream_.counters().failed[static_cast<std::size_t>(failure_)].add();
  return {.state = Dial::State::failed, .socket = {}};
}

}  // namespace duplexd
