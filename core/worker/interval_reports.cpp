#include "core/worker/interval_reports.hpp"

#include "core/session/session.hpp"
#include "core/worker/in_turns.hpp"

#include <algorithm>

namespace duplexd {
namespace {

using std::chrono::steady_clock;

void report_old(SessionServices& services, std::size_t slab, steady_clock::time_point started_before) {
  services.sessions.visit_slab(slab, [started_before](Session& session) {
    if (session.relays() && !session.frozen() && session.started() <= started_before)
      session.report(SessionMoment::interval);
  });
}

}  // namespace

void IntervalReports::on_tick(SessionServices& services) {
  const auto interval = services.sink.tracing().interval;
  if (interval.count() == 0) return;
  const std::size_t length = static_cast<std::size_t>(interval / tick_length);
  const std::size_t slabs = services.sessions.slabs();
  if (services.wheel.now() - begun_ >= length && slab_ >= slabs) {
    begun_ = services.wheel.now();
    slab_ = 0;
  }
  const std::size_t passed = services.wheel.now() - begun_ + 1;
  const std::size_t due = slabs * std::min(passed, length) / length;
  const auto started_before = steady_clock::now() - interval;
  (void)for_one_turn([&] {
    if (slab_ >= due) return false;
    report_old(services, slab_++, started_before);
    return true;
  });
}

}  // namespace duplexd
