#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
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

  /// `control`, `config` and `sink` outlive it. Its notices carry `worker`.
  UpstreamResolver(boost::asio::io_context& control, const UpstreamConfig& config, EventSink& sink,
                   std::uint32_t worker);
  ~UpstreamResolver();
  UpstreamResolver(const UpstreamResolver&) = delete;
  UpstreamResolver& operator=(const UpstreamResolver&) = delete;

  /// Looks every name up and waits. Returns the first host that has no address, or "".
  std::string resolve_all();

  /// What there is to dial now, in configuration order.
  std::vector<Target> targets() const;

  /// Looks the names up again on the configured interval; `on_change` gets all targets when some are new or
  /// gone. A name that fails keeps the addresses that it had. Does nothing for an upstream without host
  /// names.
  void start(OnChange on_change);

 private:
  struct Name {
    const EndpointConfig* endpoint;
    std::vector<SocketAddress> addresses;
    bool failed = false;  ///< the last look-up did, and was reported

    const HostPort* host() const { return std::get_if<HostPort>(&endpoint->address); }
  };
  struct Mailbox;

  void wait();
  void look_up();
  void on_answers(const std::vector<Resolution>& answers);
  bool take(Name& name, Resolution answer);
  void report(Notice::Kind kind, std::string_view subject, int error, std::size_t count);

  boost::asio::io_context& control_;
  const UpstreamConfig& config_;
  EventSink& sink_;
  const std::uint32_t worker_;
  std::vector<Name> names_;
  boost::asio::steady_timer timer_;
  OnChange on_change_;
  std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace duplexd
