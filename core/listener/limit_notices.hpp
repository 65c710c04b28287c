#pragma once

#include "core/listener/count_notice.hpp"
#include "core/listener/trouble.hpp"
#include "core/metrics/counters.hpp"
#include "core/metrics/events.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>

namespace duplexd {

/// Tells what the limits of one listener have done on all its workers, where there is no end record that says
/// so. Safe from any thread.
class LimitNotices {
 public:
  struct By {
    EventSink& sink;
    NoticeGate& gate;
    std::uint32_t worker = 0;
    std::string_view listener{};
  };
  /// What has been counted and was not told yet, as far as it is time.
  void tell(const std::deque<ListenerCounters>& workers, const By& by) noexcept;

 private:
  CountNotice forgotten_;
  CountNotice waited_;
  std::array<CountNotice, limit_count> tried_;
};

}  // namespace duplexd
