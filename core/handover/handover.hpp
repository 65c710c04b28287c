#pragma once

#include "core/handover/channel.hpp"
#include "core/worker/moving.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace duplexd {

/// What came of a hand-over.
struct HandoverOutcome {
  std::string failure{};                 ///< why it did not come to its end; "": it did
  std::size_t sessions = 0;              ///< that another process goes on with
  std::size_t stayed = 0;                ///< that it could not take
  std::chrono::microseconds longest{0};  ///< the longest pause of a session; the taker knows
};

/// Whether clients are accepted once a hand-over has come to its end, whoever serves then.
enum class NewClients : bool { refused, accepted };

namespace handover {

/// How long the giver waits for the taker, which has only a few sessions to deal with: clients wait
/// meanwhile.
inline constexpr std::chrono::seconds giver_patience{1};
/// How long the taker waits, which nobody waits for.
inline constexpr std::chrono::seconds taker_patience{5};

/// So many sessions are described, sent and made in a few milliseconds.
inline constexpr MessageRoom room_of_message{.sessions = 100,
                                             .descriptors = HandoverChannel::most_descriptors};

// The kinds of messages, in their order. "sessions", "taken" and "keep" are repeated. The first "sessions"
// may have none, and tells what is known of endpoints.
inline constexpr const char* sessions = "sessions";  ///< to the taker, which makes them, frozen
inline constexpr const char* taken = "taken";        ///< to the giver: those that it could not make stay
inline constexpr const char* keep = "keep";          ///< to the taker: the giver lets go, they go on
inline constexpr const char* last = "last";          ///< to the taker: no session is left, what was counted
inline constexpr const char* serving = "serving";    ///< to the giver: the taker accepts clients
inline constexpr const char* cancel = "cancel";      ///< to the taker: the giver goes on serving
inline constexpr const char* failed = "failed";      ///< to the giver: the taker does not go on, and why

}  // namespace handover
}  // namespace duplexd
