#pragma once

#include "core/handover/channel.hpp"
#include "core/handover/handover.hpp"
#include "core/memory/lifetime.hpp"
#include "core/server.hpp"
#include "daemon/handover/preparation.hpp"
#include "daemon/handover/start_program.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Puts a new process of the program in the place of this one, with every session alive. The new one reads
/// its configuration, opens what it needs and says that it is ready; only then sessions go to it. If it does
/// not come that far, this process has served all the time and goes on.
///
/// On the control thread.
class Upgrade {
 public:
  /// With a failure, this process goes on serving; else `successor` serves.
  using OnDone = std::function<void(const HandoverOutcome&, pid_t successor)>;

  /// How long the new process may take to be ready: it looks up names, for 20 s at most.
  static constexpr std::chrono::seconds patience{30};

  /// Starts the new process, or throws std::system_error. `server` outlives this; so does everything until
  /// `on_done` has run.
  Upgrade(boost::asio::io_context& control, Server& server, const ProgramStart& program, OnDone on_done);
  ~Upgrade();
  Upgrade(const Upgrade&) = delete;
  Upgrade& operator=(const Upgrade&) = delete;

  pid_t successor() const noexcept { return successor_.pid(); }

  /// `sockets` are all that it has, `state` is what it keeps for the next process, `names` what hosts and
  /// services stand for.
  void start(const std::vector<NamedSocket>& sockets, const std::string& state, bool paused,
             const NameRecords& names);

 private:
  void on_ready(const HandoverMessage& message);
  void on_given(const HandoverOutcome& outcome);
  void fail(std::string_view why);

  Server& server_;
  const OnDone on_done_;
  FileDescriptor end_of_successor_;
  HandoverChannel channel_;
  Successor successor_{};
  bool is_on_its_own_ = false;  // the successor: it serves
  const Lifetime lifetime_;

  Upgrade(boost::asio::io_context& control, Server& server, const ProgramStart& program, OnDone on_done,
          std::pair<FileDescriptor, FileDescriptor> ends);
};

}  // namespace duplexd
