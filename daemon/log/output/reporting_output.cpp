#include "daemon/log/output/reporting_output.hpp"

#include "daemon/log/line/log_text.hpp"

#include <utility>

namespace duplexd {
namespace {

constexpr std::chrono::seconds between_changes{10};

}  // namespace

std::size_t ReportingOutput::count(std::size_t lost) noexcept {
  lost_ += lost;
  return lost;
}

std::size_t ReportingOutput::tell_dropped(std::uint64_t elsewhere) {
  const std::uint64_t now = lost_ + elsewhere;
  if (now == told_) return 0;
  LogLine line(EventKind::dropped);
  line.add("count", now - told_);
  const std::size_t lost_before = output_->put(line);
  const std::size_t lost = lost_before + output_->flush();
  owes_report_ = lost > 0;
  if (owes_report_) return count(lost - 1);  // this line is not one that is missed
  told_ = now;
  return 0;
}

std::optional<LogLine> ReportingOutput::change() {
  const bool was_used = std::exchange(was_used_, false);
  const bool fails = lost_ != std::exchange(lost_at_look_, lost_) || owes_report_ || output_->error() != 0;
  if (!fails && !was_used) return std::nullopt;
  if (fails == is_said_to_fail_ || Clock::now() < next_change_) return std::nullopt;
  next_change_ = Clock::now() + between_changes;
  is_said_to_fail_ = fails;
  const std::uint64_t lost = lost_ - std::exchange(lost_at_change_, lost_);
  LogLine line(fails ? EventKind::output_failed : EventKind::output_works);
  line.add("output", name_).add("count", lost);
  if (const int error = output_->error()) line.add("errno", errno_name(error));
  line.add("msg", fails ? "an output of the log loses lines; the count says how many so far"
                        : "an output of the log works again; it has lost so many lines meanwhile");
  return line;
}

}  // namespace duplexd
