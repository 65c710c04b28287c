#pragma once

#include "daemon/admin/shared_answers.hpp"
#include "daemon/control/control_plane.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// What the admin listener answers: a page, two probes of its own, and what commands of the control socket
/// read. On the control thread.
class AdminAnswers {
 public:
  /// Why the process accepts nobody: "starting", "paused", "stopping"; "": it accepts.
  using WhyNotReady = std::function<std::string_view()>;

  /// Searches of all sessions at once; 503 answers further ones.
  static constexpr std::size_t most_searches = 4;

  AdminAnswers(std::vector<ControlCommand> commands, WhyNotReady why_not_ready);

  void answer(const ControlRequest& request, const ControlServer::Respond& respond) const;

 private:
  const ControlCommand* command_of(std::string_view target) const;
  ControlResponse probe(bool readiness) const;
  void read(const ControlCommand& command, const ControlRequest& request,
            const ControlServer::Respond& respond) const;
  void share(const std::string& key, const ControlCommand& command, const ControlRequest& request,
             const ControlServer::Respond& respond) const;
  ControlServer::Respond as_search(const ControlServer::Respond& respond) const;

  const std::vector<ControlCommand> commands_;
  const WhyNotReady why_not_ready_;
  mutable SharedAnswers shared_;
  const std::shared_ptr<const char> searches_ = std::make_shared<const char>();  // each holds it
};

}  // namespace duplexd
