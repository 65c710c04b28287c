// How a session goes to another process, and comes from one.
#include "core/session/session.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds to_time(Tick ticks) noexcept { return ticks * tick_length; }

std::optional<milliseconds> left(Tick due, Tick now) noexcept {
  if (due == never) return std::nullopt;
  return to_time(due > now ? due - now : 0);
}

Tick due_in(std::optional<milliseconds> left, Tick now) noexcept {
  if (!left) return never;
  const auto ticks = *left / tick_length;
  return ticks < never - now ? now + static_cast<Tick>(ticks) : never;
}

Tick tick_before(milliseconds time, Tick now) noexcept {
  return now - std::min(now, static_cast<Tick>(time / tick_length));
}

std::vector<std::uint8_t> numbers_of(std::span<const std::byte> bytes) {
  std::vector<std::uint8_t> numbers;
  for (const std::byte byte : bytes) numbers.push_back(std::to_integer<std::uint8_t>(byte));
  return numbers;
}

std::array<int, 2> ends_of(const Pipe* pipe) noexcept {
  return pipe ? std::array{pipe->entrance.get(), pipe->exit.get()} : std::array{-1, -1};
}

}  // namespace

SessionState Session::freeze() {
  SessionState state = describe();
  frozen_ = true;
  client_.expect_duplicate();
  endpoint_.expect_duplicate();
  return state;
}

SessionState Session::describe() const {
  const Tick now = route_.services.wheel.now();
  SessionState state{.id = id_,
                     .moves = moves_ + 1,
                     .listener = std::string(route_.listener),
                     .upstream = upstream_ ? std::string(upstream_->name()) : std::string(),
                     .greeted = stage_ != Stage::greet,
                     .on_removed = upstream_ ? upstream_->config().on_removed : LiveSessions::keep,
                     .known = known_ ? *known_ : Known{},
                     .beyond_tried = beyond_tried_,
                     .client = client_address_,
                     .started = duration_cast<microseconds>(started_.time_since_epoch()),
                     .quiet = to_time(now - std::min(now, last_activity_)),
                     .handshake = left(handshake_due(), now),
                     .lifetime = left(lifetime_due_, now),
                     .queue = left(queue_due_, now),
                     .place = connector_ ? connector_->waiting().place() : place_};
  if (stage_ == Stage::relay) describe_relaying(state);
  if (greeting_) state.proxy_fields = numbers_of(greeting_->fields());
  return state;
}

// The wait for room is no part of the handshake.
Tick Session::handshake_due() const noexcept {
  return room_awaited_ && handshake_due_ != never
             ? handshake_due_ + (route_.services.wheel.now() - waiting_since_)
             : handshake_due_;
}

void Session::describe_relaying(SessionState& state) const {
  state.relays = true;
  state.endpoint = hold_->name;
  state.endpoint_address = hold_->address;
  state.relaying = relaying_.state();
  state.held_upstream = upstream_chain_.held();
  state.held_downstream = downstream_chain_.held();
  state.connecting = connecting_;
  state.attempts = attempts_;
  if (failed_attempts_) state.failed_attempts = *failed_attempts_;
  state.leaving = left(leaving_due_, route_.services.wheel.now());
  state.leaves_for = leaving_;
  state.half_closed_for = half_closed_for();
  state.idle = route_.config().timeouts.idle;
  state.half_closed = route_.config().timeouts.half_closed;
}

SessionDescriptors Session::descriptors() const noexcept {
  SessionDescriptors all{.client = client_.descriptor()};
  if (stage_ != Stage::relay) return all;
  all.endpoint = endpoint_.descriptor();
  all.pipes = {ends_of(upstream_chain_.pipe()), ends_of(downstream_chain_.pipe())};
  return all;
}

// What came meanwhile was not obeyed.
void Session::thaw() {
  frozen_ = false;
  starting_ = true;
  stage_ == Stage::relay ? go_on_relaying() : go_on_dialling();
  starting_ = false;
  if (ended()) release_if_idle();
}

void Session::go_on_dialling() {
  schedule();
  if (stage_ == Stage::greet) return connection_awaited_ ? void() : go_on_greeting();
  if (!client_awaited_) look_after_client();
  if (ended()) return;
  const bool missed_beside = std::exchange(missed_beside_, false);
  if (std::exchange(missed_dial_, false)) return dial_anew();
  if (missed_beside) on_beside({});
}

// It keeps its place in the line.
void Session::dial_anew() {
  beside_due_ = never;
  drop_beside();
  endpoint_.close();
  if (connector_) {
    place_ = connector_->waiting().place();
    connector_->leave_line();
    services().connectors.destroy(std::exchange(connector_, nullptr));
  }
  route();
}

void Session::go_on_relaying() {
  schedule();
  if (!client_awaited_ && !upstream_chain_.waiting()) upstream_chain_.go_on();
  if (!ended() && !downstream_chain_.waiting()) downstream_chain_.go_on();
}

EndpointHold Session::let_go() noexcept {
  EndpointHold hold = std::move(hold_);
  services().wheel.cancel(*this);
  route_.counters.moved.add();
  count_fallbacks();
  count_relaying();
  leave_handshake();
  drop_stages();
  client_.let_go();
  endpoint_.let_go();
  stage_ = Stage::ended;
  drop_beside();
  leave_line();
  if (connector_) {
    connector_->leave_line();
    services().connectors.destroy(std::exchange(connector_, nullptr));
  }
  route_.on_session_ended(source_);
  release_if_idle();
  return hold;
}

// An earlier release does not say since when.
void Session::go_on_half_closed(std::optional<milliseconds> since) noexcept {
  if (!relaying_.flow(Side::client).finished() && !relaying_.flow(Side::endpoint).finished()) return;
  const Tick now = services().wheel.now();
  route_.half_closed.enter(half_closed_, since ? tick_before(*since, now) : now);
}

Session* Session::adopt(Route& route, MovedSession& moved, std::uint32_t source) noexcept {
  Session* const session = route.services.sessions.create(route, std::as_const(moved.state), source);
  if (!session) return nullptr;
  if (session->take_over(moved)) {
    session->go_on_half_closed(moved.state.half_closed_for);
    return session;
  }
  session->client_.let_go();
  session->endpoint_.let_go();
  session->stage_ = Stage::ended;
  session->release_if_idle();
  return nullptr;
}

Session::Session(Route& route, const SessionState& state, std::uint32_t source) noexcept
    : route_(route),
      upstream_(state.greeted ? route.targets().upstream.get() : nullptr),
      client_(route.services.loop),
      endpoint_(route.services.loop),
      relaying_(state.relaying),
      source_(source),
      id_(state.id),
      started_(duration_cast<steady_clock::duration>(state.started)),
      connecting_(state.connecting),
      attempts_(state.attempts),
      last_activity_(tick_before(state.quiet, route.services.wheel.now())),
      handshake_due_(due_in(state.handshake, route.services.wheel.now())),
      lifetime_due_(due_in(state.lifetime, route.services.wheel.now())),
      queue_due_(due_in(state.queue, route.services.wheel.now())),
      leaving_due_(due_in(state.leaving, route.services.wheel.now())),
      place_(state.place),
      moves_(state.moves),
      leaving_(state.leaves_for),
      frozen_(true),
      beyond_tried_(state.beyond_tried),
      client_address_(state.client) {
  ++route_.users;
}

// Until thaw() it may be let go again, and nobody notices.
bool Session::take_over(MovedSession& moved) noexcept {
  const SessionState& state = moved.state;
  if (client_.open(moved.client, kind_of(client_address_)) != 0) return false;
  client_.expect_duplicate();
  if (!state.relays) return take_over_greeting(state);
  stage_ = Stage::relay;
  keepalive_due_ = due_after(services().wheel.now(), std::chrono::seconds(1));  // whether it has it or not
  hold_ = std::move(moved.hold);
  if (endpoint_.open(moved.endpoint, kind_of(*hold_.get())) != 0) return false;
  endpoint_.expect_duplicate();
  if (!state.failed_attempts.empty())
    failed_attempts_ = services().failed_attempts.create(state.failed_attempts);
  if (state.known.has_said_anything()) known_ = services().known.create(state.known);
  if (!take_bandwidth()) return false;
  return upstream_chain_.take_over(state.held_upstream, moved.pipes[0]) &&
         downstream_chain_.take_over(state.held_downstream, moved.pipes[1]);
}

// It waits for its client as before, or dials anew.
bool Session::take_over_greeting(const SessionState& state) noexcept {
  missed_dial_ = state.greeted;
  if (state.greeted) stage_ = Stage::route;
  if (state.greeted && !state.known.has_said_anything()) return true;
  const auto step = state.greeted ? Greeting::Step::done
                                  : Greeting::next(route_.config(), route_.targets().tls != nullptr,
                                                   route_.trusts(client_address_), state.known);
  return make_greeting(step, state.known, std::as_bytes(std::span(state.proxy_fields)));
}

}  // namespace duplexd
