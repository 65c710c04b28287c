#pragma once

#include "core/config/check_config.hpp"
#include "core/health/check_result.hpp"
#include "core/health/rise_and_fall.hpp"
#include "core/net/address/address.hpp"
#include "core/net/proxy_header/proxy_header.hpp"
#include "core/net/socket/options/network_options.hpp"
#include "core/net/tunnel/tunnel.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// An endpoint that is checked.
struct Watched {
  const void* id = nullptr;  ///< only compared; in one group at a time
  SocketAddress address;
  std::string name;                        ///< as written: "db.internal:5432"
  std::vector<SocketAddress> sources;      ///< addresses to connect from, as traffic does; empty: any
  NetworkOptions network{};                ///< of the socket, as traffic has them
  std::optional<ProxyVersion> proxy{};     ///< of the PROXY header that it expects; none: it expects none
  std::shared_ptr<const Tunnel> tunnel{};  ///< that `address` leads to it by; null: it is the endpoint's own
};

struct LastCheck {
  CheckResult result;
  std::chrono::system_clock::time_point at;  ///< when it ended
};

/// What is known of an endpoint that is checked.
struct CheckState {
  RiseAndFall health{};
  std::chrono::system_clock::time_point since{};  ///< of `health`
  std::optional<LastCheck> last;
};

/// Checks endpoints for ever, and tells when they go down or come up. Used by the thread that runs `io`;
/// it has none of its own.
class HealthMonitor {
 public:
  /// An endpoint has become `up`, or down. The first check of one tells only if it fails, because an
  /// unchecked endpoint counts as up. It does not throw, and may call the monitor.
  using OnChange = std::function<void(const void* id, bool up, std::string_view words)>;

  /// A check of an endpoint has ended so. It does not throw.
  using OnChecked = std::function<void(const void* id, CheckResult::Outcome outcome)>;

  /// Each check needs a descriptor.
  static constexpr std::size_t most_at_once = 256;

  /// `io` outlives it.
  HealthMonitor(boost::asio::io_context& io, OnChange on_change, OnChecked on_checked = {});
  ~HealthMonitor();  ///< checks that run end without a word
  HealthMonitor(const HealthMonitor&) = delete;
  HealthMonitor& operator=(const HealthMonitor&) = delete;

  /// Makes `endpoints` those of the group: new ones are checked within the interval, those that stay keep
  /// their state and their turn, others are forgotten. A check that is `off` forgets all. If std::bad_alloc
  /// is thrown, some of that is done; calling it again does the rest.
  void watch(const std::string& group, const std::vector<Watched>& endpoints,
             const std::shared_ptr<const CheckConfig>& check);
  void forget(const std::string& group) noexcept;

  /// Goes on from what another monitor has found of an endpoint, and tells nothing. False: it is not watched.
  bool begin_with(const void* id, const CheckState& known);

  /// Checks an endpoint now. Returns false if it is not watched.
  bool check_now(const void* id);
  /// None: it is not watched.
  std::optional<CheckState> state(const void* id) const;

 private:
  class Impl;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace duplexd
