#pragma once

#include "core/config/config.hpp"

#include <string_view>

namespace duplexd {

/// Every kind of line that the log can hold.
enum class EventKind : std::uint8_t {
  listening,
  admin_listening,
  ready,
  session,
  session_started,
  session_interval,
  accept_backing_off,
  accept_resumed,
  sessions_exhausted,
  rate_exceeded,
  sources_forgotten,
  handshakes_exhausted,
  limit_tried,
  resolve_failed,
  resolve_changed,
  certificates_replaced,
  certificates_refused,
  certificate_expires,
  endpoints_unverified,
  option_unavailable,
  stop_incomplete,
  reopened,
  reopen_failed,
  endpoint_down,
  endpoint_up,
  endpoint_ejected,
  endpoint_readmitted,
  endpoints_changed,
  endpoints_failed,
  zero_copy_refused,
  totals,
  dropped,
  output_failed,
  output_works,
  reloaded,
  changed,
  reload_refused,
  paused,
  resumed,
  control,
  worker_stuck,
  store_failed,
  state_failed,
  endpoint_order,
  upgrading,
  upgraded,
  upgrade_failed,
  parked,
  stopping,
  stopped,
};
inline constexpr std::size_t event_kind_count = static_cast<std::size_t>(EventKind::stopped) + 1;

/// What is fixed about a kind of event. The words and the ids are documented in duplexd(8) and never change.
struct EventTraits {
  std::string_view word;  ///< `event=` in the log
  LogLevel level;
  std::string_view message_id;  ///< MESSAGE_ID in the journal (sd-id128(3)), for `journalctl MESSAGE_ID=`
  /// A turn in the life of the process, which no flood of other lines may push out of the log.
  bool vital = false;
};
const EventTraits& traits_of(EventKind kind) noexcept;

std::string_view to_word(LogLevel level) noexcept;  ///< "warning"

}  // namespace duplexd
