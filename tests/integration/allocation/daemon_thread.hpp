#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "tests/support/directory.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace duplexd::test {

/// A daemon on a thread of its own, which is its control thread, with a service manager that listens. It
/// reads its configuration from `text`, which is called on that thread.
class DaemonThread {
 public:
  using Text = std::function<std::string()>;

  explicit DaemonThread(Text text);
  ~DaemonThread();  ///< stops it by SIGTERM
  DaemonThread(const DaemonThread&) = delete;
  DaemonThread& operator=(const DaemonThread&) = delete;

  void reload();  ///< by SIGHUP
  /// The messages to the service manager up to the next one with `word`; "" after a while without it.
  std::string hear(const std::string& word);

 private:
  void serve();

  const Text text_;
  TemporaryDirectory directory_;
  FileDescriptor manager_;
  std::thread thread_;
};

}  // namespace duplexd::test
