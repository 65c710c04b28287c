#pragma once

#include "core/server.hpp"
#include "tests/support/peer.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace duplexd::test {

/// Keeps what core reported. Safe from any thread.
class Recorder final : public EventSink {
 public:
  void session_ended(const SessionEnd& end) noexcept override;
  void notice(const Notice& notice) noexcept override;

  std::vector<SessionEnd> ends() const;
  std::vector<Notice> notices() const;

 private:
  mutable std::mutex mutex_;
  std::vector<SessionEnd> ends_;
  std::vector<Notice> notices_;
};

/// A configuration of one listener on a free port of loopback, in front of `endpoints`, with two workers.
Config proxy_config(const std::vector<SocketAddress>& endpoints);

/// A running Server with a control thread of its own. When it goes it stops the server, and fails the test if
/// a counter does not add up or a descriptor is left.
class Proxy {
 public:
  explicit Proxy(Config config);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  SocketAddress address(std::size_t index = 0) const { return addresses_.at(index).address; }
  Peer connect() const { return Peer::connect(address()); }

  /// The records of the first `count` sessions to end; fails the test if they do not come.
  std::vector<SessionEnd> ends(std::size_t count = 1);
  SessionEnd end() { return ends().front(); }
  std::vector<Notice> notices() const { return recorder_.notices(); }
  bool wait_for_live(std::uint64_t sessions);

  Totals totals();
  void drain();             ///< asks for it and returns
  bool wait_for_stopped();  ///< after drain()
  void abort();

 private:
  void on_control(const std::function<void()>& work);
  void stop();

  const std::size_t descriptors_before_;
  Recorder recorder_;
  boost::asio::io_context control_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::unique_ptr<Server> server_;
  std::vector<ListeningAddress> addresses_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace duplexd::test
