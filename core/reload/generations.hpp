#pragma once

#include "core/reload/discovery/discovery.hpp"
#include "core/reload/endpoint_watch.hpp"
#include "core/reload/endpoints/endpoint_report.hpp"
#include "core/reload/generation.hpp"
#include "core/reload/housekeeping.hpp"
#include "core/reload/required_names.hpp"
#include "core/worker/effective_limits.hpp"
#include "core/worker/worker_group.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace duplexd {

/// The generation that the workers serve, and how the next one takes over from it: everything that it needs
/// is made first, and what goes wrong meanwhile, memory included, refuses it; then committing it cannot fail.
/// Used by the control thread.
class Generations {
 public:
  using OnReloaded = std::function<void(StartResult<void>)>;

  /// Opens the first generation, or throws StartError. All but `config` and `inherited` outlive it.
  Generations(boost::asio::io_context& control, const Surroundings& around,
              std::shared_ptr<const Config> config, InheritedSockets inherited);
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;

  /// Has the workers serve the first one.
  void start();

  /// Server::reload(). One that is under way ends first.
  void reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded);

  /// When the host has changed so that clients or endpoints could not be reached any more (stale_addresses(),
  /// has_todays_interfaces()), what is current is reloaded as it is, and then `on_reopened` runs.
  void on_reopened(std::function<void()> on_reopened) { on_reopened_ = std::move(on_reopened); }

  /// Endpoints have come to take sessions or not: some sessions may have to end soon, or need not any more.
  void on_standing() noexcept {
    standing_changed_ = true;
    housekeeping_.ask();
  }
  /// Files and sources are followed: what is current is reloaded with the endpoints that they have now, and
  /// `tell` runs for each upstream that this concerns.
  void on_discovered(Discovery::Tell tell) { discovery_.on_news(std::move(tell)); }

  /// What is known of the endpoints that are served, for another process.
  std::vector<EndpointState> known() const { return watch_.known(*current_); }
  /// Checks nothing before begin_checks(): another process does.
  void hold_checks() noexcept { checks_ = false; }
  /// Goes on from what another process knew of the endpoints. Without memory, std::bad_alloc.
  void begin_checks(const std::vector<EndpointState>& known);

  // Server::report(), obey() and check(): of the endpoints that are served.
  std::optional<UpstreamReport> report(std::string_view upstream) const;
  void obey(const Orders::Name& endpoint, const Order& order);
  bool check(const Orders::Name& endpoint);

  /// Refuses the reload under way and later ones.
  void stop() noexcept { stopping_ = true; }

  /// Refuses clients, also in later generations, until welcome_clients(). No worker accepts meanwhile.
  void refuse_clients() noexcept;
  void welcome_clients() noexcept;

  Generation& current() noexcept { return *current_; }
  const Generation& current() const noexcept { return *current_; }
  const EffectiveLimits& limits() const noexcept { return limits_; }
  InheritedSockets& unused_sockets() noexcept { return inherited_; }

  /// Ends the sessions that have to leave their endpoints, as the workers find out. Without memory,
  /// std::bad_alloc.
  void end_leavers();

 private:
  struct Request {
    std::shared_ptr<const Config> config;
    OnReloaded on_reloaded;
    Duration patience;                ///< with names
    bool reads_certificates = false;  ///< anew, where they have changed
    bool is_discovery = false;        ///< made for other endpoints alone
  };

  std::unique_ptr<Generation> next(std::shared_ptr<const Config> config, const HeldEndpoints& held = {});
  void begin_or_wait(Request request);
  void begin(Request request);
  void look_up(std::shared_ptr<const Config> config);
  void on_names();
  StartResult<void> take_sources();
  StartResult<WorkerGroup::Tasks> prepare();
  void commit(const WorkerGroup::Tasks& tasks) noexcept;
  void on_switched();
  void refuse(StartFailure failure);
  void end(StartResult<void> result);
  void keep_house();
  bool is_stale() const;
  void reopen();
  void replace_certificates();
  void discover();

  boost::asio::io_context& control_;
  const Surroundings around_;
  InheritedSockets inherited_;
  EffectiveLimits limits_;
  EffectiveLimits limits_after_;  // of the next one
  Housekeeping housekeeping_;
  EndpointWatch watch_;
  std::unique_ptr<Generation> current_;
  std::unique_ptr<Generation> other_;   // the next one, then, while workers go over to it, the last one
  std::optional<RequiredNames> names_;  // while they are waited for
  // Those of endpoints that are held back: their answers come while nobody waits.
  std::optional<RequiredNames> awaited_;
  std::optional<Request> request_;  // under way
  std::optional<Request> later_;
  std::function<void()> on_reopened_;
  Discovery discovery_;
  std::chrono::steady_clock::time_point next_discovery_{};
  std::chrono::steady_clock::time_point next_reopening_{};
  std::chrono::steady_clock::time_point next_certificates_{};
  bool reopening_failed_ = false;
  bool certificates_failed_ = false;
  bool refuses_clients_ = false;
  bool stopping_ = false;
  bool checks_ = true;
  bool standing_changed_ = false;
  bool holds_ = false;  // the next one has endpoints that its sources do not name any more
};

}  // namespace duplexd
