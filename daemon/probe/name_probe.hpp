#pragma once

#include "core/names/name_service.hpp"
#include "core/reload/discovery/endpoint_sources.hpp"
#include "daemon/probe/verdict.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// Looks up the names of a configuration, and asks its services and catalogs.
class NameProbe {
 public:
  using Clock = std::chrono::steady_clock;

  NameProbe(boost::asio::io_context& io, std::shared_ptr<const Config> config);

  /// Returns when everything was answered, or the time that the configuration gives names is over.
  void run();

  /// The configuration with the endpoints that services and catalogs stand for.
  const Config& found() const noexcept { return *found_; }
  /// What the endpoint is dialled at.
  std::vector<SocketAddress> addresses(const UpstreamConfig& upstream, const EndpointConfig& endpoint) const;
  std::vector<ProbeVerdict> verdicts() const;

 private:
  struct Name {
    std::string host;
    bool required;
    Clock::time_point begun;
    std::optional<std::chrono::milliseconds> took;
    NameService::Subscription subscription;
  };

  void ask_for(const UpstreamConfig& upstream);
  const Name* find(const std::string& host) const;
  bool all_answered() const;
  bool sources_answered() const;
  template <class Done>
  void run_until(Done done);

  boost::asio::io_context& io_;
  const std::shared_ptr<const Config> config_;
  const Clock::time_point deadline_;
  NameService names_;
  CatalogService catalogs_;
  const EndpointSources sources_;
  std::shared_ptr<const Config> found_;
  std::list<Name> asked_;
};

}  // namespace duplexd
