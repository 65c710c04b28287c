#include "core/upstream/connector.hpp"

#include "core/net/socket/stream.hpp"

#include <cerrno>
#include <utility>

namespace duplexd {

namespace {

CloseReason reason_of(int error) noexcept {
  switch (error) {
    case ECONNREFUSED:
      return CloseReason::connect_refused;
    case ETIMEDOUT:
      return CloseReason::connect_timeout;
    case EHOSTUNREACH:
    case ENETUNREACH:
      return CloseReason::connect_unreachable;
    case EADDRNOTAVAIL:
      return CloseReason::connect_no_port;
    default:
      return CloseReason::connect_error;
  }
}

}  // namespace

Connector::Attempt Connector::dial() noexcept {
  while (true) {
    Endpoint* const next = upstream_.acquire(tried_);
    if (!next) return {Attempt::State::failed, {}};
    leave();
    endpoint_ = next;
    Dialled dialled = duplexd::dial(endpoint_->target.address, upstream_.config().endpoint,
                                    upstream_.next_source(*endpoint_));
    if (dialled.local) {
      fail(CloseReason::local_error, dialled.error);
      return {Attempt::State::failed, {}};
    }
    if (dialled.connected()) return connected(std::move(dialled.socket));
    if (dialled.in_progress()) return {Attempt::State::in_progress, std::move(dialled.socket)};
    fail(reason_of(dialled.error), dialled.error);
  }
}

Connector::Attempt Connector::resume(WatchedSocket& socket, bool timed_out) noexcept {
  const int error = timed_out ? ETIMEDOUT : finish_dial(socket.get(), endpoint_->target.address);
  if (error == 0) return connected({});
  if (error == EALREADY) return {Attempt::State::in_progress, {}};
  fail(reason_of(error), error);
  socket.close();
  return dial();
}

Connector::Attempt Connector::connected(FileDescriptor socket) noexcept {
  upstream_.counters().connected.add();
  return {Attempt::State::connected, std::move(socket)};
}

void Connector::fail(CloseReason reason, int error) noexcept {
  failure_ = reason;
  error_ = error;
  upstream_.counters().failed[static_cast<std::size_t>(failure_)].add();
}

void Connector::leave() noexcept {
  if (endpoint_) upstream_.release(*std::exchange(endpoint_, nullptr));
}

}  // namespace duplexd
