#pragma once

#include "core/server.hpp"
#include "tests/support/peer.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace duplexd::test {

/// Keeps the reports of core. Thread-safe.
class Recorder final : public EventSink {
 public:
  void session_ended(const SessionEnd& end) noexcept override;
  void notice(const Notice& notice) noexcept override;
  bool release(std::shared_ptr<const void> names) noexcept override;

  std::vector<SessionEnd> ends() const;
  std::vector<Notice> notices() const;

 private:
  mutable std::mutex mutex_;
  std::vector<SessionEnd> ends_;
  std::vector<Notice> notices_;
  std::vector<std::shared_ptr<const void>> names_;  // which they refer to
};

/// A configuration of one listener on a free port of loopback, in front of `endpoints`, with two workers.
/// A session tries each endpoint once.
Config proxy_config(const std::vector<SocketAddress>& endpoints);

/// A running Server with a control thread of its own. The destructor stops the server, and fails the test if
/// a counter does not add up or a descriptor is left. By then the test has closed every descriptor that it
/// opened during the life of this, and no other.
class Proxy {
 public:
  explicit Proxy(Config config, InheritedSockets inherited = {});
  /// Takes the sessions of the proxy at the other end of the channel, whose sockets it inherits, first. The
  /// numbers and descriptors of such a proxy, and of one that gives, are not checked at the end.
  Proxy(Config config, InheritedSockets inherited, FileDescriptor channel,
        NewClients clients = NewClients::accepted);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  SocketAddress address(std::size_t index = 0) const { return addresses_.at(index).address; }
  Peer connect() const { return Peer::connect(address()); }

  /// The end records of the first `count` sessions to end; fails the test if they do not come.
  std::vector<SessionEnd> ends(std::size_t count = 1);
  SessionEnd end() { return ends().front(); }
  /// How many of the first `sessions` to end had each reason, by its word.
  std::map<std::string, std::size_t> reasons(std::size_t sessions);
  std::vector<Notice> notices() const { return recorder_.notices(); }
  bool wait_for_live(std::uint64_t sessions);
  /// Waits until the proxy sees its connections; an endpoint may see them earlier.
  bool wait_for_connected(std::uint64_t sessions);
  /// Waits until so many sessions wait for room: they are live a moment before they stand in the line.
  bool wait_for_line(std::size_t sessions);

  Totals totals();
  Totals::Listener listener() { return totals().listeners.front(); }
  const EffectiveLimits& limits() const { return server_->limits(); }
  void drain();  ///< asks for it and returns
  /// Reloads `config` and waits for the outcome: "", or the reason of a refusal.
  std::string reload(Config config);
  void pause();  ///< and waits until clients are refused
  void resume();
  bool stopped() const { return stopped_; }  ///< after drain()
  bool wait_for_stopped();
  void abort();  ///< a drain that does not wait

  /// A page of its sessions, whose names live as long as this.
  SessionPage sessions(const SessionQuery& query = {});
  KillOutcome kill(const KillOrder& order);

  MovePlan planned_moves();  ///< of all sessions that it has
  /// Gives its sessions to who is at the other end, and waits for the outcome. If none has gone, its numbers
  /// and descriptors are checked at the end as ever.
  HandoverOutcome give(FileDescriptor channel, Giving::To to = Giving::To::process);
  /// Waits until it has taken sessions, or will not.
  std::pair<Taking::End, HandoverOutcome> taken();
  InheritedSockets copies_of_sockets() const;

 private:
  Proxy(Config config, InheritedSockets inherited, std::optional<FileDescriptor> channel, NewClients clients);
  void on_control(const std::function<void()>& work);
  void stop();
  void expect_accounts_add_up();
  void expect_stalls_add_up(const Totals::Listener& all) const;

  Recorder recorder_;
  boost::asio::io_context control_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer reactor_;  // opens the descriptors of the control thread before the first count
  const std::size_t descriptors_before_;
  std::optional<NameService>
      names_;  // knows addresses only: "127.0.0.1" for itself, "[::1]+127.0.0.1" for two
  CatalogService catalogs_;
  std::unique_ptr<Server> server_;
  std::vector<ListeningAddress> addresses_;
  std::atomic<bool> stopped_{false};
  bool draining_ = false;
  bool moved_ = false;
  std::optional<HandoverChannel> channel_;
  std::promise<std::pair<Taking::End, HandoverOutcome>> taken_;
  std::thread thread_;
};

/// The two peers of one session.
struct Pair {
  Peer client;
  Peer endpoint;
};

/// Opens a session through `proxy` to `backend`, the endpoint that it dials next.
Pair open_session(const Proxy& proxy, Backend& backend);
/// Ends both directions, the client's first.
void close_in_order(Pair& session);
std::vector<Pair> open_sessions(const Proxy& proxy, Backend& backend, std::size_t count);

}  // namespace duplexd::test
