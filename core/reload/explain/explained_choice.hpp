#pragma once

#include "core/reload/parts/served.hpp"
#include "core/upstream/policies/choose_member.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// An address of an upstream, and what the choice says of it.
struct ExplainedMember {
  enum class Verdict : std::uint8_t {
    chosen,
    maybe,         ///< one of several, and nobody can tell which
    other_turn,    ///< it could be had: the policy prefers another one
    unfit,         ///< `unfit` says why
    weightless,    ///< of weight 0
    later_tier,    ///< those of its priority are asked when all before them are down
    leads_back,    ///< a listener of ours is there, and leads to this upstream again
    other_family,  ///< the client's address, to dial from, is of another family
    unresolved,    ///< its name has no address
  };
  Verdict verdict{};
  Unfit unfit = Unfit::no;
  std::string name{};
  std::optional<SocketAddress> address{};  ///< none: it is unresolved
  std::size_t tier = 0;                    ///< 0 serves first
  unsigned weight = 0;
  std::uint64_t live = 0;
  std::uint64_t most = 0;  ///< EndpointHold::any
};

/// How sure the choice is.
enum class Certainty : std::uint8_t {
  sure,            ///< as long as nothing changes
  by_turn,         ///< if no other client comes first
  by_load,         ///< the same, and while sessions stay as they are
  random,          ///< one of several
  by_destination,  ///< the address that the client comes to decides, which the listener does not tell
};

struct ExplainedChoice {
  Certainty certainty{};
  std::vector<ExplainedMember> members{};  ///< in the order of their priorities
  bool waits = false;                      ///< for room at an endpoint
  bool is_refused = false;
  CloseReason reason{};     ///< if it is
  std::size_t waiting = 0;  ///< sessions, for room
  std::uint64_t turn = 0;   ///< of the session
  Candidates::Among among{};
};

/// What the endpoint of a session is chosen by.
struct ChoiceFor {
  PeerAddress client{};
  SocketAddress came_to{};
  Millis now = 0;
};

/// The choice for a session that would look for an endpoint now. Takes no turn, no place and no trial.
ExplainedChoice explain_choice(const ServedUpstream& upstream, const ChoiceFor& session);

}  // namespace duplexd
