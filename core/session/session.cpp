#include "core/session/session.hpp"

#include "core/memory/handler.hpp"
#include "core/net/socket/stream.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr Side other(Side side) noexcept { return side == Side::client ? Side::endpoint : Side::client; }

// Sessions that began together shall not all end together: a lifetime is cut short at random by up to the
// jitter.
Tick lifetime_due(SessionHost& host, const Timeouts& timeouts) noexcept {
  if (timeouts.lifetime.count() == 0) return never;
  const auto spread = timeouts.lifetime.count() * timeouts.lifetime_jitter / 100;
  const auto cut = std::uniform_int_distribution<std::int64_t>(0, spread)(host.random);
  return due_after(host.wheel.now(), timeouts.lifetime - Duration(cut));
}

WatchedSocket::Kind kind_of(const PeerAddress& peer) noexcept {
  return peer.is_ip() ? WatchedSocket::Kind::tcp : WatchedSocket::Kind::other;
}

bool is_reset(int error) noexcept { return error == ECONNRESET || error == EPIPE || error == ECONNABORTED; }

bool is_loss(int error) noexcept {
  return error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN ||
         error == ENETDOWN;
}

CloseReason reason_of(Side side, int error) noexcept {
  const bool client = side == Side::client;
  if (is_reset(error)) return client ? CloseReason::client_reset : CloseReason::endpoint_reset;
  if (is_loss(error)) return client ? CloseReason::client_lost : CloseReason::endpoint_lost;
  return client ? CloseReason::client_error : CloseReason::endpoint_error;
}

}  // namespace

bool Session::start(Route& route, FileDescriptor client, const PeerAddress& address, std::uint32_t source) {
  Session* const session = route.host.sessions.create(route, std::move(client), address, source);
  if (session) session->begin();
  return session != nullptr;
}

Session::Session(Route& route, FileDescriptor client, const PeerAddress& address,
                 std::uint32_t source) noexcept
    : route_(route),
      connector_(route.upstream()),
      client_(route.host.poller),
      endpoint_(route.host.poller),
      accepted_(std::move(client)),
      source_(source),
      id_(std::uint64_t{route.host.worker} << 48 | ++route.host.last_id),
      started_(steady_clock::now()),
      last_activity_(route.host.wheel.now()),
      lifetime_due_(lifetime_due(route.host, route.config().timeouts)),
      client_address_(address) {
  ++route_.users;
}

Session::~Session() { --route_.users; }

void Session::begin() {
  host().wheel.schedule(*this, never);
  // TCP clients have inherited their options from the listening socket.
  const int error = client_address_.is_ip() ? 0 : apply(route_.config().client, accepted_.get(), AF_UNIX);
  if (error != 0) return end(CloseReason::local_error, error);
  proceed(connector_.dial());
}

void Session::proceed(Connector::Attempt attempt) {
  using State = Connector::Attempt::State;
  if (attempt.state == State::failed) return end(connector_.failure(), connector_.error());
  const auto watched = attempt.socket ? Chain::Watched::from_now : Chain::Watched::before;
  if (attempt.socket) {
    if (const int error = endpoint_.open(attempt.socket, kind_of(connector_.endpoint()->peer)))
      return end(CloseReason::local_error, error);
  }
  attempt.state == State::connected ? relay(watched) : await_connection();
}

void Session::await_connection() {
  host().wheel.schedule(*this, due_after(host().wheel.now(), route_.config().timeouts.connect));
  connection_awaited_ = true;
  endpoint_.async_wait(WatchedSocket::Event::writable, Handler<&Session::on_connection>(*this));
}

void Session::on_connection(const boost::system::error_code& error) {
  connection_awaited_ = false;
  if (ended()) return release_if_idle();
  const bool timed_out = error == boost::asio::error::operation_aborted;
  if (error && !timed_out) return end(CloseReason::local_error, error.value());
  proceed(connector_.resume(endpoint_, timed_out));
}

void Session::relay(Chain::Watched endpoint) {
  if (const int error = client_.open(accepted_, kind_of(client_address_)))
    return end(CloseReason::local_error, error);
  phase_ = Phase::relaying;
  connecting_ = duration_cast<microseconds>(steady_clock::now() - started_);
  touch();
  keepalive_due_ = due_after(last_activity_, std::chrono::seconds(1));
  host().wheel.schedule(*this, due());
  upstream_.start(Chain::Watched::from_now);
  downstream_.start(endpoint);
}

void Session::on_deadline() {
  if (phase_ == Phase::connecting) {
    endpoint_.cancel();  // on_connection() goes on with the next endpoint
    return host().wheel.schedule(*this, never);
  }
  if (found_reset(Side::client) || found_reset(Side::endpoint)) return;
  const Tick now = host().wheel.now();
  if (keepalive_due_ <= now) set_keepalive();
  if (due() > now) return host().wheel.schedule(*this, due());
  if (removed_due_ <= now) return end(CloseReason::removed);
  if (lifetime_due_ <= now) return end(CloseReason::lifetime);
  if (failed_) return end(failure_, failure_error_);
  end(half_closed() ? CloseReason::half_closed_timeout : CloseReason::idle_timeout);
}

void Session::on_endpoint_removed(Tick due) noexcept {
  removed_due_ = std::min(removed_due_, due);
  if (phase_ == Phase::relaying) host().wheel.schedule(*this, this->due());
}

// Bytes in either direction put the deadline off; once a direction is over only the other one can. While
// bytes are stuck it comes every second, to look after their sender.
Tick Session::due() const noexcept {
  const Timeouts& timeouts = route_.config().timeouts;
  const Tick now = route_.host.wheel.now();
  const bool looks = !failed_ && (upstream_.stalled() || downstream_.stalled());
  return std::min({lifetime_due_, removed_due_, keepalive_due_,
                   looks ? due_after(now, std::chrono::seconds(1)) : never,
                   due_after(last_activity_, half_closed() ? timeouts.half_closed : timeouts.idle)});
}

// Sessions that are over sooner have no use for it, and four system calls less.
void Session::set_keepalive() noexcept {
  keepalive_due_ = never;
  if (!connector_.endpoint()->peer.is_ip()) return;
  (void)apply(route_.upstream().config().endpoint.keepalive, endpoint_.get());  // its values were checked
}

// What the sender goes on to send is not read now, and would wake us for nothing until its window is closed.
void Session::on_stalled(Side from) noexcept {
  host().wheel.schedule(*this, due());
  if (!chain_from(other(from)).stalled()) socket(from).mute();
}

// Nobody reads a sender whose bytes are stuck, so that its reset would go unseen for as long as they are.
bool Session::found_reset(Side side) {
  if (failed_ || !chain_from(side).stalled()) return false;
  const int error = pending_error(socket(side).get());
  if (error != 0) on_receiver_failed(side, error);
  return error != 0;
}

// Once the other direction is finished both sockets are closed, which tells `to` the same.
int Session::forward_end(Side to) noexcept {
  return chain_from(to).finished() ? 0 : shutdown_send(socket(to).get());
}

void Session::on_direction_finished(Side from) {
  if (first_to_finish_ == Side::local) first_to_finish_ = from;
  if (chain_from(other(from)).over()) {
    if (failed_) return end(failure_, failure_error_);
    return end(first_to_finish_ == Side::client ? CloseReason::client_finished
                                                : CloseReason::endpoint_finished);
  }
  touch();
  host().wheel.schedule(*this, due());
  chain_from(from).watch_for_reset();
}

void Session::on_sender_failed(Side side, int error) {
  blame(side, error);
  end(failure_, failure_error_);
}

// A peer that has reset may have sent bytes before, and they are still to be read: what it sent is relayed to
// its end.
void Session::on_receiver_failed(Side side, int error) {
  blame(side, error);
  chain_from(other(side)).abandon();
  if (!is_reset(error) || chain_from(side).over()) return end(failure_, failure_error_);
  host().wheel.schedule(*this, due());
}

void Session::blame(Side side, int error) noexcept {
  if (std::exchange(failed_, true)) return;
  failure_ = reason_of(side, error);
  failure_error_ = error;
}

void Session::end(CloseReason reason, int error) {
  if (ended()) return;
  const SessionEnd record = describe(reason, error);
  count(record);
  host().wheel.cancel(*this);
  close(Side::client, reason);
  close(Side::endpoint, reason);
  accepted_.reset();
  phase_ = Phase::ended;
  route_.on_session_ended(source_);
  host().sink.session_ended(record);  // now, so that who hears of it finds its place free
  release_if_idle();
}

void Session::close(Side side, CloseReason reason) noexcept {
  if (!socket(side).is_open()) return;
  if (owes_reset(side, reason)) reset_on_close(socket(side).get());
  socket(side).close();
}

// An orderly close would tell this side that it has everything, or that somebody still listens to it.
bool Session::owes_reset(Side side, CloseReason reason) noexcept {
  if (phase_ != Phase::relaying) return false;
  const Chain& towards = chain_from(other(side));
  if (towards.bytes().undelivered > 0) return true;
  if (side_of(reason) != other(side)) return false;
  if (!towards.finished()) return true;
  // What the other side had sent is whole, and must not be lost to the reset on its way.
  return !chain_from(side).finished() && every_byte_acknowledged(socket(side).get());
}

SessionEnd Session::describe(CloseReason reason, int error) const noexcept {
  const auto duration = duration_cast<microseconds>(steady_clock::now() - started_);
  const Endpoint* const endpoint = connector_.endpoint();
  const int client = client_.is_open() ? client_.get() : accepted_.get();
  return {
      .id = id_,
      .worker = route_.host.worker,
      .reason = reason,
      .error = error,
      .listener = route_.listener,
      .upstream = route_.upstream().name(),
      .endpoint = endpoint ? endpoint->target.name() : std::string_view{},
      .client = client_address_,
      .client_local = PeerAddress(local_address(client)),
      .endpoint_local = endpoint_.is_open() ? PeerAddress(local_address(endpoint_.get())) : PeerAddress{},
      .endpoint_address = endpoint ? endpoint->peer : PeerAddress{},
      .connect_attempts = connector_.attempts(),
      .connecting = phase_ == Phase::relaying ? connecting_ : duration,
      .duration = duration,
      .upstream_bytes = upstream_.bytes(),
      .downstream_bytes = downstream_.bytes(),
  };
}

void Session::count(const SessionEnd& end) noexcept {
  route_.counters.ended[static_cast<std::size_t>(end.reason)].add();
  route_.counters.undelivered_bytes.add(end.upstream_bytes.undelivered + end.downstream_bytes.undelivered);
  host().counters.handler_memory_fallbacks.add(upstream_.handler_memory().fallbacks() +
                                               downstream_.handler_memory().fallbacks());
}

void Session::count_delivered(Side from, std::size_t bytes, bool spliced) noexcept {
  (from == Side::client ? route_.counters.upstream_bytes : route_.counters.downstream_bytes).add(bytes);
  if (spliced) route_.counters.spliced_bytes.add(bytes);
}

void Session::release_if_idle() noexcept {
  if (connection_awaited_ || upstream_.waiting() || downstream_.waiting()) return;
  host().sessions.destroy(this);
}

}  // namespace duplexd
