#pragma once

#include "core/listener/listener.hpp"
#include "core/session/session.hpp"
#include "core/session/session_state.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_set>
#include <vector>

namespace duplexd {

/// Some sessions of one worker that another process is asked to take. The worker and the control thread have
/// it by turns.
struct Departure {
  std::size_t most = 0;                              ///< sessions; and
  std::size_t most_descriptors = 0;                  ///< descriptors of theirs
  const std::unordered_set<std::uint64_t>* stays{};  ///< sessions that cannot go, by id
  bool only_relaying = false;                        ///< the others go later

  // The i-th of each is of the same session.
  std::vector<Session*> sessions{};  ///< frozen
  std::vector<SessionState> states{};
  std::vector<SessionDescriptors> descriptors{};
  std::size_t descriptor_count = 0;  ///< of all
  std::vector<bool> taken{};         ///< by the other process

  /// Of those that have gone: they count for endpoints' limits until this is destroyed.
  std::vector<EndpointHold> holds{};
};

/// How many descriptors are to be sent for a session, and how many at most.
inline constexpr std::size_t most_of_a_session = 6;
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
