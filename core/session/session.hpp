#pragma once

#include "core/metrics/events.hpp"
#include "core/net/leg.hpp"
#include "core/session/chain.hpp"
#include "core/session/deadline_wheel.hpp"
#include "core/session/relay/relaying.hpp"
#include "core/session/route.hpp"
#include "core/session/routing/route_choice.hpp"
#include "core/session/session_state.hpp"
#include "core/session/views/session_view.hpp"
#include "core/upstream/dial/beside.hpp"
#include "core/upstream/dial/connector.hpp"

#include <chrono>
#include <cstdint>

namespace duplexd {

/// One client that was admitted, the endpoint that it is relayed to, and the two chains between them. It goes
/// through one stage after the other: greet, route, dial, introduce, relay; then it ends, once, with one
/// close reason and one record.
///
/// The client is watched from the beginning: one that leaves before it is relayed ends its session.
/// `timeouts.handshake` limits all that comes before relay.
///
/// Lives in its worker's session pool until it has ended and none of its operations is outstanding; then it
/// returns its memory by itself. Used by its worker's thread only.
class Session : public Deadline<Session> {
 public:
  /// Makes a session and starts it. False: out of memory; the client is closed, and nothing was reported.
  /// The route has its admission back with the end.
  static bool start(Route& route, FileDescriptor client, const PeerAddress& address,
                    const Admission& admission);

  // For another process that is to go on with it, or the worker that has it from one.

  /// Describes it. Until thaw() or let_go() it moves no byte and no deadline ends it, so that its descriptors
  /// can be sent and the description stays true. Without memory, std::bad_alloc, and it goes on.
  SessionState freeze();
  SessionDescriptors descriptors() const noexcept;
  std::uint64_t id() const noexcept { return id_; }
  bool frozen() const noexcept { return frozen_; }
  bool relays() const noexcept { return stage_ == Stage::relay; }
  /// Not with TLS, of which another process knows no keys.
  bool may_move() const noexcept { return !client_.tls() && (stage_ != Stage::relay || !endpoint_.tls()); }
  /// It goes on. May destroy it.
  void thaw();
  /// Another process goes on with it: nothing is reported, and its peers notice nothing. Returns its share of
  /// the endpoint, which counts as long as the caller keeps it. May destroy it.
  EndpointHold let_go() noexcept;
  /// Makes a session of what another process had, frozen. Null: a lack of memory, of a pipe or of watches;
  /// nothing has changed for its peers.
  static Session* adopt(Route& route, MovedSession& moved, std::uint32_t source) noexcept;

  /// The deadline that the worker's wheel held has come, or seems to have.
  void on_deadline();

  /// Ends the session unless it has ended: reports it and closes both legs as its Ending says. May destroy
  /// it.
  void end(CloseReason reason, int error = 0);

  /// Of one that relays: what its record would say so far.
  void report(SessionMoment moment) noexcept;
  std::chrono::steady_clock::time_point started() const noexcept { return started_; }
  /// How long one direction is over; none: neither is.
  std::optional<std::chrono::milliseconds> half_closed_for() const noexcept;

  /// The endpoint that it has or dials; null: none yet, or no more.
  const Endpoint* endpoint() const noexcept;
  /// It has one, once it has or dials an endpoint.
  const Upstream& upstream() const noexcept { return *upstream_; }

  /// It has to leave its endpoint: ends at `due`, or when it was to end for that already. Not if it goes on
  /// to another endpoint.
  void leave_endpoint(Tick due, CloseReason reason) noexcept;
  /// It need not any more.
  void stay_at_endpoint() noexcept { leaving_due_ = never; }

  /// As it is now, without what its sockets say. Before its end.
  SessionView view() const noexcept;
  /// Adds what its sockets say: two system calls.
  void add_tcp(SessionView& view) const noexcept;

  // For the pool.
  Session(Route& route, const PeerAddress& address, const Admission& admission) noexcept;
  Session(Route& route, const SessionState& state, std::uint32_t source) noexcept;
  ~Session();

  // For its chains.
  SessionServices& services() noexcept { return route_.services; }
  Relaying& relaying() noexcept { return relaying_; }
  Leg& leg(Side side) noexcept { return side == Side::client ? client_ : endpoint_; }
  bool may_splice() const noexcept { return route_.config().zero_copy == ZeroCopy::automatic; }
  void touch() noexcept { last_activity_ = services().wheel.now(); }
  /// Counts, and puts the idle deadline off.
  void on_delivered(Side from, std::size_t bytes, bool spliced) noexcept;
  /// Stops watching the sender, whose reset is looked for each second.
  void on_stalled(Side from) noexcept;
  void on_stall_over(Side from, std::chrono::microseconds took) noexcept;
  /// The time-out for half-closed sessions begins.
  void on_direction_finished() noexcept;
  /// A peer takes no bytes any more; those that it sent before are still read.
  void on_failure() noexcept { schedule(); }
  /// Cancels what the chains wait for within two ticks, so that they try again.
  void retry_soon() noexcept;
  /// Of bytes that a direction is about to take, how many it may: at most `most`. 0: retry_at_tick().
  std::size_t may_take(Side from, std::size_t most) const noexcept;
  void on_taken(Side from, std::size_t bytes) noexcept;
  void retry_at_tick() noexcept;
  Step fail_locally(int error) noexcept;
  /// Relaying has ended.
  void finish() { finish(relaying_.ending()); }
  bool ended() const noexcept { return stage_ == Stage::ended; }
  void release_if_idle() noexcept;

  // For its own waits before relay, when the chains' memory is free: the client's watch and the dial.
  WaitMemory& client_memory() noexcept { return upstream_chain_.handler_memory(); }
  WaitMemory& dial_memory() noexcept { return downstream_chain_.handler_memory(); }

 private:
  using ErrorCode = boost::system::error_code;
  struct RoomCall;
  struct PlaceCall;
  enum class Stage : std::uint8_t { greet, route, dial, introduce, relay, ended };

  void greet(FileDescriptor client);
  bool make_greeting(Greeting::Step step, const Known& known, std::span<const std::byte> fields) noexcept;
  void go_on_greeting();
  void await_client_writable();
  void await_turn();
  void await_place();
  void call_for_place() noexcept;
  void on_place();
  void leave_handshake() noexcept;
  void on_greeting_turn(const ErrorCode& error);
  void admit();
  void route();
  Asked asked() const noexcept;
  PeerAddress came_to() const noexcept;
  std::uint64_t hash() const noexcept;
  void dial();
  void introduce();
  void go_on_introducing(const ErrorCode& error);
  void await_introduction(Leg::Event event);
  void await_introduction_turn();
  void refuse_endpoint(CloseReason reason, int error);
  bool starts_tls() const noexcept;
  Introduced introduced() noexcept;
  void settle();
  void drop_stages() noexcept;
  void relay();
  void start_chains();

  void obey(Dial dial);
  void keep_attempts();
  void await_connection(bool begun);
  void await_room();
  void call_for_room() noexcept;
  void on_room();
  void on_queue_deadline();
  void look_for_room() noexcept;
  void leave_line() noexcept;
  void on_connection(const ErrorCode& error);
  void schedule_beside() noexcept;
  void dial_beside();
  bool make_beside() noexcept;
  void on_beside(const ErrorCode& error);
  void obey_beside(Dial dial);
  void drop_beside() noexcept;
  void watch_client();
  void on_client(const ErrorCode& error);
  void look_after_client();
  void on_dial_deadline();
  void end_dial();

  LiveState live_state() const noexcept;
  ChainView view(const Chain& chain, std::chrono::microseconds relaying) const noexcept;
  Tick handshake_due() const noexcept;
  SessionState describe() const;
  void describe_relaying(SessionState& state) const;
  bool take_over(MovedSession& moved) noexcept;
  bool take_over_greeting(const SessionState& state) noexcept;
  void go_on_relaying();
  void go_on_dialling();
  void go_on_half_closed(std::optional<std::chrono::milliseconds> since) noexcept;
  void dial_anew();

  static Leg::Kind kind_of(const PeerAddress& peer) noexcept;
  static Leg::Kind kind_of(const Endpoint& endpoint) noexcept;
  bool found_reset(Side side);
  bool take_bandwidth() noexcept;
  void on_beyond_tried(Limit limit, std::uint64_t count = 1) noexcept;
  Tick due() const noexcept;
  void schedule() noexcept { services().wheel.schedule(*this, due()); }
  void set_keepalive() noexcept;
  void vouch_for_endpoint() noexcept;
  void finish(const Ending& ending);
  void close(Side side, LegEnd end) noexcept;
  PeerAddress dialled_address(const PeerAddress& came_to) const noexcept;
  PeerAddress followed_address() const noexcept;
  TlsFailure tls_failure(CloseReason reason) const noexcept;
  ShortText introduction_words(const Ending& ending) const noexcept;
  SessionEnd end_record(const Ending& ending) noexcept;
  void count(const SessionEnd& end) noexcept;
  void count_relaying() noexcept;
  void count_first_byte() noexcept;
  void count_fallbacks() noexcept;

  Route& route_;
  Upstream* upstream_;                    // null until it is known
  Known* known_ = nullptr;                // what the client has said first; null: nothing was asked
  Greeting* greeting_ = nullptr;          // until it relays, as the next
  Introduction* introduction_ = nullptr;  // null: the endpoint is told nothing
  Connector* connector_ = nullptr;        // while it dials
  Beside* beside_ = nullptr;              // while it dials two at once
  HalfClosed::Entry half_closed_;
  EndpointHold hold_;
  Bandwidths* bandwidth_ = nullptr;            // null: only that of all sessions is limited, if that
  FailedAttempts* failed_attempts_ = nullptr;  // of before it was connected; null: none
  Leg client_;
  Leg endpoint_;
  Chain upstream_chain_{*this, Side::client};
  Chain downstream_chain_{*this, Side::endpoint};
  Relaying relaying_;
  std::uint32_t source_;
  Tick retry_due_ = never;
  const std::uint64_t id_;
  const std::chrono::steady_clock::time_point started_;
  std::chrono::microseconds connecting_{0};
  std::uint32_t attempts_ = 0;
  Tick last_activity_;
  Tick handshake_due_;
  const Tick lifetime_due_;
  Tick waiting_since_ = 0;
  Tick queue_due_ = never;    // while it waits for room
  Tick attempt_due_ = never;  // of one attempt to connect, or the end of a pause
  Tick beside_due_ = never;   // when another is made beside it
  Tick leaving_due_ = never;
  Tick keepalive_due_ = never;
  std::uint64_t place_ = 0;  // in the line, of before it was moved
  std::uint32_t moves_ = 0;
  Stage stage_ = Stage::greet;
  CloseReason leaving_ = CloseReason::removed;
  bool connection_awaited_ = false;
  bool room_awaited_ = false;
  bool place_awaited_ = false;
  bool waited_for_place_ = false;
  bool client_awaited_ = false;
  bool client_spoke_ = false;
  bool endpoint_spoke_ = false;
  bool starting_ = false;
  bool frozen_ = false;
  LimitSet beyond_tried_;
  bool missed_beside_ = false;
  bool missed_dial_ = false;  // its wait ended while it was frozen, or it was not begun
  PeerAddress client_address_;
};

}  // namespace duplexd
