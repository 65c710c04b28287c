#include "daemon/log/output/log_outputs.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {

LogOutputs::LogOutputs(std::vector<NamedOutput> outputs) {
  for (NamedOutput& each : outputs) {
    if (each.is_last_resort) {
      last_resort_ = std::move(each.output);
    } else {
      outputs_.emplace_back(std::move(each.name), std::move(each.output));
    }
  }
}

void LogOutputs::put(const LogLine& line) {
  for (ReportingOutput& output : outputs_) lost_.add(output.put(line));
}

void LogOutputs::flush() {
  for (ReportingOutput& output : outputs_) lost_.add(output.flush());
}

void LogOutputs::reopen() {
  for (ReportingOutput& output : outputs_) lost_.add(output.reopen());
}

void LogOutputs::report_losses(std::uint64_t elsewhere) {
  for (ReportingOutput& output : outputs_) {
    lost_.add(output.tell_dropped(elsewhere));
    if (const auto change = output.change()) put_except(output, *change);
  }
}

bool LogOutputs::is_waiting() const noexcept {
  return std::ranges::any_of(outputs_, [](const ReportingOutput& output) { return output.is_waiting(); });
}

void LogOutputs::put_except(const ReportingOutput& output, const LogLine& line) {
  for (ReportingOutput& other : outputs_)
    if (&other != &output) lost_.add(other.put(line) + other.flush());
  if (last_resort_) (void)last_resort_->put(line);
}

}  // namespace duplexd
