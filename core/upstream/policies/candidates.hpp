#pragma once

#include "core/upstream/pool.hpp"
#include "core/upstream/tried.hpp"

#include <cstdint>

namespace duplexd {

/// What the choice for one session depends on, beside the pool and what it has tried.
struct Pick {
  std::uint64_t turn = 0;  ///< its number among all sessions of the upstream
  std::uint64_t hash = 0;  ///< of its client or its destination: the same in every process
  Millis now = 0;
};

/// Why a session may not be given a member of a pool, at this moment.
enum class Unfit : std::uint8_t {
  no,  ///< it may
  drained,
  disabled,
  down,      ///< its checks say so
  ejected,   ///< sessions say so
  doubtful,  ///< as many attempts wait for its answer as may fail
  starting,  ///< it came up just now, and has a part of its share only
  tried,     ///< by this session
  full,      ///< it has as many sessions as it may
};

/// Which members of a pool a session may be given, at this moment. A value for one choice; made and used by
/// the session's worker.
class Candidates {
 public:
  enum class Among : std::uint8_t {
    fit,           ///< that nobody says anything against
    doubtful_too,  ///< ... but answers that are late; and with all their share, though they came up just now
    ejected_too,   ///< ... but sessions
    down_too,      ///< ... but sessions and checks: all but what the operator has taken out
  };

  Candidates(const Pool& pool, const Pick& pick, const Tried& tried, Among among) noexcept
      : config_(pool.config()), pick_(pick), tried_(tried), among_(among) {}

  const Pick& pick() const noexcept { return pick_; }

  bool has(const PoolMember& member) noexcept {
    const Unfit why = unfit(member);
    found_full_ |= why == Unfit::full;
    return why == Unfit::no;
  }
  Unfit unfit(const PoolMember& member) const noexcept;

  /// A member that was asked for has room for no session now, and nothing else is against it.
  bool found_full() const noexcept { return found_full_; }

 private:
  Unfit unfit_by_standing(const Endpoint& endpoint) const noexcept;
  Unfit unfit_by_trust(const Endpoint& endpoint) const noexcept;
  bool is_started(const Endpoint& endpoint) const noexcept;

  const UpstreamConfig& config_;
  const Pick pick_;
  const Tried& tried_;
  const Among among_;
  bool found_full_ = false;
};

/// A member for a session, or none.
struct Choice {
  const PoolMember* member = nullptr;
  /// It is to be taken only while it has fewer sessions: another session may have been quicker.
  std::uint64_t most = EndpointHold::any;
};

}  // namespace duplexd
