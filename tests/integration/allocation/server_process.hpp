#pragma once

#include "core/server.hpp"

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace duplexd::test {

/// A Server in a process of its own, so that nothing but the server is counted. Made while the process has
/// one thread only, because it forks.
class ServerProcess {
 public:
  explicit ServerProcess(const Config& config);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  SocketAddress address(std::size_t index) const;
  /// Waits until so many sessions have ended since the start.
  bool wait_for_ended(std::uint64_t sessions) const;

  void start_counting();
  std::uint64_t allocations() const;

  /// What the server counted from start to end.
  struct Report {
    std::uint64_t accepted = 0;
    std::uint64_t handler_memory_fallbacks = 0;
    bool clean = false;  ///< the process ended by itself, with nothing wrong
  };
  Report stop();

 private:
  struct Shared;
  class CountingSink;

  [[noreturn]] void serve(const Config& config, int stop_pipe);

  Shared* shared_;
  pid_t process_ = 0;
  FileDescriptor stop_pipe_;
};

}  // namespace duplexd::test
