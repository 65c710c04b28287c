#pragma once

#include "core/names/name_state.hpp"
#include "core/net/host_addresses.hpp"

#include <ares.h>

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace duplexd {

/// What the question about a host's addresses of one family came to.
struct FamilyAnswer {
  int status = ARES_ENOTFOUND;                   ///< of c-ares; success: there are addresses
  std::vector<SocketAddress> addresses = {};     ///< in the order of the message
  std::optional<std::chrono::seconds> ttl = {};  ///< the least; none: there are no addresses

  /// A name server has answered, even if it has no addresses.
  bool is_known() const noexcept {
    return status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
  }
};

/// The two questions about one name.
struct FamilyAnswers {
  FamilyAnswer ipv4 = {};
  FamilyAnswer ipv6 = {};

  /// There is nothing under the name, so that the next one of a search list has its turn.
  bool say_nothing() const noexcept;
};

/// Reads what a message (RFC 1035, 4) says about `family`: AF_INET, AF_INET6. `status` is that of c-ares.
FamilyAnswer family_answer(int status, std::span<const unsigned char> message, int family);

/// What both say together, to a machine with the addresses of `host`. If one family failed, its addresses are
/// not known (NameAnswer::lost_family). A machine without a use for that family does not miss them; one with
/// a use for nothing else has no address at all.
NameAnswer answer_of(const FamilyAnswers& answers, const HostAddresses& host);

}  // namespace duplexd
