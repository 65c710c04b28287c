#pragma once

#include "core/listener/listener.hpp"
#include "core/session/session.hpp"
#include "core/session/session_state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace duplexd {

/// How many descriptors are to be sent for a session at most.
inline constexpr std::size_t most_of_a_session = 6;

/// What one message has room for still.
struct MessageRoom {
  std::size_t sessions = 0;
  std::size_t descriptors = 0;

  /// Whatever session comes, it might be too much.
  bool is_full() const noexcept { return sessions == 0 || descriptors < most_of_a_session; }
  void take(std::size_t of_session) noexcept {
    --sessions;
    descriptors -= of_session;
  }
};

/// How many messages sessions need that come one after the other.
struct MessageCount {
  MessageRoom each{};  ///< the room of an empty one
  MessageRoom left{};
  std::uint64_t messages = 0;

  void add(std::size_t descriptors) noexcept;
};

/// Why a session stays where it is. Its word is a part of the control protocol.
enum class StayReason : std::uint8_t {
  parking_full,  ///< the channel in which sessions wait for the next process holds no more messages
  tls,           ///< TLS is spoken with a peer, and its keys are in this process
};
inline constexpr std::size_t stay_reason_count = static_cast<std::size_t>(StayReason::tls) + 1;
using StayCounts = std::array<std::uint64_t, stay_reason_count>;  ///< by StayReason
std::string_view to_word(StayReason reason) noexcept;
std::string_view to_sentence(StayReason reason) noexcept;

/// What there is to be moved of one worker.
struct MoveCount {
  std::uint64_t sessions = 0;  ///< that can move
  StayCounts stays{};          ///< the others
  MessageCount relaying{};     ///< go first
  MessageCount dialled{};
};

/// Some sessions of one worker that another process is asked to take. The worker and the control thread have
/// it by turns.
struct Departure {
  MessageRoom room{};                                ///< for further ones
  const std::unordered_set<std::uint64_t>* stays{};  ///< sessions that cannot go, by id
  bool only_relaying = false;                        ///< the others go later

  // The i-th of each is of the same session.
  std::vector<Session*> sessions{};  ///< frozen
  std::vector<SessionState> states{};
  std::vector<SessionDescriptors> descriptors{};
  std::vector<bool> taken{};  ///< by the other process

  /// Of those that have gone: they count for endpoints' limits until this is destroyed.
  std::vector<EndpointHold> holds{};
};

/// How many descriptors are to be sent for a session.
std::size_t count(const SessionDescriptors& descriptors) noexcept;

/// All that are to be sent, session by session: of its client, its endpoint and its pipes.
std::vector<int> descriptors_of(const Departure& departure);

/// Some sessions that another process had, for one worker. The control thread makes all that it needs.
struct Arrival {
  struct One {
    MovedSession moved;
    std::shared_ptr<Listener> listener;
    std::shared_ptr<Upstream> upstream;
  };
  struct Addition {
    std::shared_ptr<Listener> listener;
    ListenerRoutes route;  ///< one
  };

  std::list<std::shared_ptr<Listener>> listeners{};  ///< that only sessions have, and that are new
  std::vector<Addition> routes{};
  std::vector<One> all{};
  std::vector<Session*> sessions{};  ///< made of them; null: it could not be
};

}  // namespace duplexd
