#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace duplexd {

/// A program as it was started.
struct ProgramStart {
  std::string path{};
  std::vector<std::string> arguments{};  ///< from argv[0] on
};

/// How this process was started; its file may be another one by now.
ProgramStart own_start(int argc, const char* const* argv);

/// The environment variable with the number of the descriptor that leads to the process before.
inline constexpr const char* predecessor_variable = "DUPLEXD_PREDECESSOR";

/// A process that was started in the place of this one. It is no child of it.
class Successor {
 public:
  Successor() noexcept = default;
  explicit Successor(pid_t pid) noexcept;

  pid_t pid() const noexcept { return pid_; }
  /// Ends it at once, and waits until it is gone.
  void kill() noexcept;

 private:
  pid_t pid_ = 0;
  FileDescriptor handle_{};  // pidfd_open(2): the pid may be of another process later
};

/// Starts the program with `channel` as the way to this process, or throws std::system_error. It keeps the
/// environment, apart from what was meant for this process alone (sd_listen_fds(3), sd_watchdog_enabled(3)).
Successor start_successor(const ProgramStart& program, const FileDescriptor& channel);

}  // namespace duplexd
