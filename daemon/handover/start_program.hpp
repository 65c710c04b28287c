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

/// Starts the program with `channel` as the way to this process. Returns its pid; or throws
/// std::system_error. It keeps the environment, apart from what was meant for this process alone
/// (sd_listen_fds(3), sd_watchdog_enabled(3)).
pid_t start_successor(const ProgramStart& program, const FileDescriptor& channel);

/// Ends a child at once, and waits until it is gone. A pid of 0 is nobody.
void kill_child(pid_t child) noexcept;

}  // namespace duplexd
