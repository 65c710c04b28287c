#include "core/session/session.hpp"

#include "core/memory/handler.hpp"
#include "core/metrics/probes.hpp"
#include "core/net/socket/stream.hpp"
#include "core/upstream/policies/client_hash.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

// Sessions that began together shall not all end together: a lifetime is cut short at random by up to the
// jitter.
Tick lifetime_due(SessionServices& services, const Timeouts& timeouts) noexcept {
  if (timeouts.lifetime.count() == 0) return never;
  const auto spread = timeouts.lifetime.count() * timeouts.lifetime_jitter / 100;
  const auto cut = std::uniform_int_distribution<std::int64_t>(0, spread)(services.random);
  return due_after(services.wheel.now(), timeouts.lifetime - Duration(cut));
}

// By its name, which the other family has as well.
bool is_taken_out(const Endpoint& endpoint) noexcept {
  const Standing standing = endpoint.standing();
  return endpoint.removed() || standing == Standing::drained || standing == Standing::disabled;
}

}  // namespace

Leg::Kind Session::kind_of(const PeerAddress& peer) noexcept {
  return peer.is_ip() ? Leg::Kind::tcp : Leg::Kind::other;
}

Leg::Kind Session::kind_of(const Endpoint& endpoint) noexcept {
  return endpoint.is_tcp() ? Leg::Kind::tcp : Leg::Kind::other;
}

bool Session::start(Route& route, FileDescriptor client, const PeerAddress& address,
                    const Admission& admission) {
  Session* const session = route.services.sessions.create(route, address, admission);
  if (!session) return false;
  probes::open(session->id_, route.services.worker, route.listener);
  session->greet(std::move(client));
  return true;
}

Session::Session(Route& route, const PeerAddress& address, const Admission& admission) noexcept
    : route_(route),
      upstream_(route.config().routes.empty() ? route.targets().upstream.get() : nullptr),
      client_(route.services.loop),
      endpoint_(route.services.loop),
      source_(admission.source),
      id_(route.services.next_id()),
      started_(steady_clock::now()),
      last_activity_(route.services.wheel.now()),
      handshake_due_(due_after(route.services.wheel.now(), route.config().timeouts.before_relay())),
      lifetime_due_(lifetime_due(route.services, route.config().timeouts)),
      beyond_tried_(admission.beyond_tried),
      client_address_(address) {
  ++route_.users;
}

Session::~Session() {
  if (failed_attempts_) services().failed_attempts.destroy(failed_attempts_);
  if (known_) services().known.destroy(known_);
  if (bandwidth_) services().bandwidths.destroy(bandwidth_);
  drop_stages();
  --route_.users;
}

std::uint64_t Session::hash() const noexcept {
  const auto rules = hash_rules(upstream_->config());
  if (!rules) return 0;
  return hash_of(rules->key == HashConfig::Key::source ? client_address_ : came_to(), *rules);
}

void Session::dial() {
  stage_ = Stage::dial;
  obey(connector_->dial());
}

void Session::obey(Dial dial) {
  if (dial.state == Dial::State::overtaken) dial.socket = beside_->release();
  const bool begun = static_cast<bool>(dial.socket);
  if (begun || dial.state == Dial::State::paused || dial.state == Dial::State::full) {
    endpoint_.close();
    beside_due_ = never;
  }
  if (begun) {
    if (!is_taken_out(*connector_->endpoint())) leaving_due_ = never;
    const Leg::Kind kind = kind_of(*connector_->endpoint());
    if (const int error = endpoint_.open(dial.socket, kind)) return end(CloseReason::local_error, error);
  }
  switch (dial.state) {
    case Dial::State::connected:
      return introduce();
    case Dial::State::in_progress:
    case Dial::State::overtaken:
      return await_connection(begun);
    case Dial::State::paused:
      attempt_due_ = due_after(services().wheel.now(), dial.pause);
      schedule();
      return watch_client();
    case Dial::State::full:
      return await_room();
    case Dial::State::failed:
      return end(connector_->failure(), connector_->error());
  }
}

void Session::await_connection(bool begun) {
  constexpr Duration least{1};
  if (begun || attempt_due_ == never)
    attempt_due_ = due_after(services().wheel.now(),
                             std::max(connector_->wait(route_.config().timeouts.connect), least));
  if (begun) schedule_beside();
  schedule();
  connection_awaited_ = true;
  endpoint_.async_wait(Leg::Event::writable, Handler<&Session::on_connection, &Session::dial_memory>(*this));
  watch_client();
}

// on_dial_deadline() cancels the wait when the attempt takes too long.
void Session::on_connection(const ErrorCode& error) {
  connection_awaited_ = false;
  if (ended()) return release_if_idle();
  if (missed_dial_ |= frozen_; frozen_) return;
  if (stage_ == Stage::introduce) return go_on_introducing(error);
  if (beside_ && beside_->connected())
    return obey({.state = Dial::State::connected, .socket = beside_->release()});
  const bool timed_out = error == boost::asio::error::operation_aborted;
  if (error && !timed_out) return end(CloseReason::local_error, error.value());
  obey(connector_->resume(endpoint_.descriptor(), timed_out));
}

void Session::watch_client() {
  if (std::exchange(client_awaited_, true)) return;
  client_.async_wait(Leg::Event::readable, Handler<&Session::on_client, &Session::client_memory>(*this));
}

// The wait may still be outstanding when relay begins: then the upstream chain takes over from it.
void Session::on_client(const ErrorCode& error) {
  client_awaited_ = false;
  if (ended()) return release_if_idle();
  if (frozen_) return;
  if (stage_ == Stage::relay) return upstream_chain_.go_on();
  if (stage_ == Stage::greet) return error ? end(CloseReason::local_error, error.value()) : go_on_greeting();
  if (error) return end(CloseReason::local_error, error.value());
  look_after_client();
}

// A client that ends its stream behind a request waits for the answer; one that ends it behind nothing has
// left.
void Session::look_after_client() {
  if (const int error = client_.broken() ? client_.take_error() : 0)
    return end(error == ECONNRESET ? CloseReason::client_reset : CloseReason::client_lost, error);
  const IoResult found = client_.peek();
  if (found.end_of_stream()) return end(CloseReason::client_left);
  // If peek() failed, the chain receives at once and finds the error: this event is not told twice.
  client_spoke_ |= !found.would_block();
  watch_client();
}

void Session::relay() {
  stage_ = Stage::relay;
  connecting_ = duration_cast<microseconds>(steady_clock::now() - started_);
  touch();
  if (!take_bandwidth()) return end(CloseReason::local_error, ENOMEM);
  keepalive_due_ = due_after(last_activity_, std::chrono::seconds(1));
  schedule();
  if (services().sink.tracing().start) report(SessionMoment::started);
  start_chains();
}

// What a stage has seen of a peer's bytes is not told again. Starting the upstream chain may end the session.
// `starting_` keeps release_if_idle() from freeing it while this function still uses it.
void Session::start_chains() {
  const bool was_starting = std::exchange(starting_, true);
  if (!client_awaited_) {
    client_spoke_ ? upstream_chain_.go_on() : upstream_chain_.start();
  } else if (client_spoke_ || client_.pending() > 0) {
    client_.cancel();
  }
  if (!ended()) endpoint_spoke_ ? downstream_chain_.go_on() : downstream_chain_.start();
  starting_ = was_starting;
  if (ended()) release_if_idle();
}

}  // namespace duplexd
