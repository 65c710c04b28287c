#pragma once

#include "daemon/control/control_plane.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace duplexd {

/// What the admin listener answers: two probes of its own, and what commands of the control socket read. On
/// the control thread.
class AdminAnswers {
 public:
  /// Why the process accepts nobody: "starting", "paused", "stopping"; "": it accepts.
  using WhyNotReady = std::function<std::string_view()>;

  AdminAnswers(std::vector<ControlCommand> commands, WhyNotReady why_not_ready);

  void answer(const ControlRequest& request, const ControlServer::Respond& respond) const;

 private:
  const ControlCommand* command_of(std::string_view target) const;
  ControlResponse probe(bool readiness) const;

  const std::vector<ControlCommand> commands_;
  const WhyNotReady why_not_ready_;
};

}  // namespace duplexd
