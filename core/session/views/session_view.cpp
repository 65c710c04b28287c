#include "core/session/views/session_view.hpp"

#include "core/session/session.hpp"

#include <array>

namespace duplexd {

std::string_view to_word(LiveState state) noexcept {
  constexpr std::array<std::string_view, live_state_count> words{
      "greeting", "waiting_turn", "dialling", "waiting_room", "introducing", "relaying", "half_closed"};
  return words[static_cast<std::size_t>(state)];
}

ChainWait Chain::waits_for() const noexcept {
  if (!session_.relays()) return ChainWait::nothing;
  switch (session_.relaying().next(from_)) {
    case Step::send:
    case Step::forward_end:
      return ChainWait::receiver;
    case Step::receive:
      return session_.may_take(from_, 1) == 0 ? ChainWait::bandwidth : ChainWait::sender;
    default:
      return ChainWait::nothing;
  }
}

ChainView Chain::view() const noexcept {
  return {.bytes = bytes(),
          .waits_for = waits_for(),
          .stalled = flow().stalled(),
          .splices = splices(),
          .finished = flow().finished()};
}

LiveState Session::live_state() const noexcept {
  if (room_awaited_) return LiveState::waiting_room;
  if (place_awaited_) return LiveState::waiting_turn;
  switch (stage_) {
    case Stage::greet:
      return LiveState::greeting;
    case Stage::introduce:
      return LiveState::introducing;
    case Stage::relay:
      return relaying_.half_closed() ? LiveState::half_closed : LiveState::relaying;
    default:
      return LiveState::dialling;
  }
}

std::optional<std::chrono::milliseconds> Session::half_closed_for() const noexcept {
  if (!half_closed_.entered()) return std::nullopt;
  return (route_.services.wheel.now() - half_closed_.since()) * tick_length;
}

// What a direction did not wait for its receiver, up to its end. Ticks are coarse, so there may seem to be
// less than none.
ChainView Session::view(const Chain& chain, std::chrono::microseconds relaying) const noexcept {
  ChainView view = chain.view();
  if (view.finished) relaying -= half_closed_for().value_or(std::chrono::milliseconds(0));
  view.reading = std::max(relaying - view.bytes.stalled, std::chrono::microseconds(0));
  return view;
}

SessionView Session::view() const noexcept {
  using std::chrono::microseconds;
  const auto age = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - started_);
  const microseconds connecting = relays() ? connecting_ : age;
  return {.id = id_,
          .worker = route_.services.worker,
          .moves = moves_,
          .listener = route_.listener,
          .upstream = upstream_ ? upstream_->name() : std::string_view{},
          .endpoint = connector_ ? connector_->last_name()
                      : hold_    ? hold_->name
                                 : std::string_view{},
          .client = client_address_,
          .via = known_ ? known_->via : PeerAddress{},
          .dialled = connector_ ? connector_->last_peer()
                     : hold_    ? hold_->peer
                                : PeerAddress{},
          .state = live_state(),
          .age = age,
          .connecting = connecting,
          .half_closed = half_closed_for(),
          .idle = (route_.services.wheel.now() - last_activity_) * tick_length,
          .upstream_chain = view(upstream_chain_, age - connecting),
          .downstream_chain = view(downstream_chain_, age - connecting)};
}

void Session::add_tcp(SessionView& view) const noexcept {
  if (client_.is_open()) view.client_tcp = tcp_state(client_.descriptor());
  if (endpoint_.is_open()) view.endpoint_tcp = tcp_state(endpoint_.descriptor());
}

}  // namespace duplexd
