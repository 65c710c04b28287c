#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
#include "core/metrics/registry.hpp"
#include "core/upstream/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// What a host name stands for: addresses in a stable order, or an EAI_ code of getaddrinfo(3).
struct Resolution {
  std::vector<SocketAddress> addresses;
  int error = 0;
};

/// Asks the system's resolver and waits for it, which may take seconds. Safe on any thread.
Resolution resolve(const HostPort& host);

/// Keeps the addresses of one upstream's host names fresh. Lives on the control thread. Look-ups run on a
/// thread of their own, one at a time, which is left behind if the resolver goes meanwhile.
class UpstreamResolver {
 public:
  using OnChange = std::function<void(std::vector<Target>)>;
  using OnResolved = std::function<void()>;

  /// `control`, `config`, `account` and `sink` outlive it. Its notices carry `worker`.
  UpstreamResolver(boost::asio::io_context& control, const UpstreamConfig& config, UpstreamAccount& account,
                   EventSink& sink, std::uint32_t worker);
  ~UpstreamResolver();
  UpstreamResolver(const UpstreamResolver&) = delete;
  UpstreamResolver& operator=(const UpstreamResolver&) = delete;

  /// Looks every name up and waits, which may take seconds.
  void resolve_all();

  /// Takes over what the resolver of an earlier snapshot knows about the same names.
  void adopt(const UpstreamResolver& earlier);

  /// Looks the names up that have no address; `on_resolved` runs later, once. Before start().
  void resolve_missing(OnResolved on_resolved);

  /// The first host that has no address, or "".
  std::string missing() const;

  UpstreamAccount& account() const noexcept { return account_; }

  /// What there is to dial now, in configuration order.
  std::vector<Target> targets() const;

  /// Looks the names up again on the configured interval; `on_change` gets all targets when some are new or
  /// gone. A name that fails keeps the addresses that it had. Does nothing for an upstream without host
  /// names.
  void start(OnChange on_change);

 private:
  struct Name {
    const EndpointConfig* endpoint;
    EndpointAccount* account;
    std::vector<SocketAddress> addresses;
    bool failed = false;  ///< the last look-up did, and was reported

    const HostPort* host() const { return std::get_if<HostPort>(&endpoint->address); }
  };
  struct Mailbox;

  void wait();
  void look_up();
  void ask(std::vector<HostPort> hosts);
  void on_answers(const std::vector<Resolution>& answers);
  void on_missing(const std::vector<Resolution>& answers);
  void take(Name& name, Resolution answer);
  void report(Notice::Kind kind, std::string_view subject, int error, std::size_t count);

  boost::asio::io_context& control_;
  const UpstreamConfig& config_;
  UpstreamAccount& account_;
  EventSink& sink_;
  const std::uint32_t worker_;
  std::vector<Name> names_;
  boost::asio::steady_timer timer_;
  OnChange on_change_;
  OnResolved on_resolved_;  // set while resolve_missing() is under way
  std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace duplexd
