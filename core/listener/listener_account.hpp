#pragma once

#include "core/config/config.hpp"
#include "core/listener/limit_notices.hpp"
#include "core/listener/sources/source_limits.hpp"
#include "core/metrics/account.hpp"
#include "core/metrics/totals.hpp"
#include "core/session/limits/bandwidths.hpp"
#include "core/session/limits/handshake_limit.hpp"
#include "core/session/limits/session_limit.hpp"

#include <cstddef>
#include <memory>

namespace duplexd {

/// A listener in all snapshots, with what its workers share. Lives until no snapshot and no session has it.
struct ListenerAccount : Account<ListenerCounters> {
  using Account::Account;

  SessionLimit sessions{0};  ///< limits.sessions
  RateLimit rate;            ///< limits.rate
  Bandwidths bandwidth;
  HandshakeLimit handshakes;  ///< limits.handshakes
  LimitNotices notices;
  Totals::Listener earlier{};  ///< what another process has counted; on the control thread

  /// Those of this configuration hold from now on; `most` sessions at once.
  void set_limits(const ListenerConfig& config, std::size_t most) noexcept;

  /// The table of its sources, with room for so many: that which there is, whose limits do not change, or a
  /// new one with these. On the control thread.
  std::shared_ptr<SourceTable> source_table(std::size_t most, std::size_t sources, unsigned ipv6_prefix);
  /// The same for rates, of as many sources as it has room for.
  std::shared_ptr<SourceRates> source_rates(unsigned ipv6_prefix);
  /// Destroys the tables that no snapshot and no session has. On the control thread.
  void forget_unused() noexcept;

 private:
  std::shared_ptr<SourceTable> table_;
  std::shared_ptr<SourceRates> rates_;
};

}  // namespace duplexd
