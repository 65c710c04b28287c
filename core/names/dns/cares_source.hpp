#pragma once

#include "core/memory/lifetime.hpp"
#include "core/names/dns/cares_channel.hpp"
#include "core/names/file_version.hpp"
#include "core/net/host_addresses.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// Asks the hosts file and then the name servers of resolv.conf, or those that it is given, as getaddrinfo(3)
/// does with "hosts: files dns", but without a thread: search domains and ndots count, other sources of
/// nsswitch.conf do not. It sees that a file was replaced with the next question. Of a family that this host
/// has no address of, beside loopback, it finds addresses only if there are no others.
class CaresSource : public NameSource {
 public:
  /// `io` outlives it.
  explicit CaresSource(boost::asio::io_context& io,
                       CaresChannel::Servers servers = {.resolv_conf = "/etc/resolv.conf", .instead = ""});
  ~CaresSource() override;

  void ask(const std::string& host, Number question) override;
  void forget(Number question) noexcept override;

 private:
  CaresChannel& current();
  void drop_idle_channels() noexcept;
  void tick();
  void on_tick() noexcept;
  void on_found(Number question, const CaresAnswer& answer) noexcept;
  NameAnswer answer_of(const CaresAnswer& answer);
  const HostAddresses& host();

  boost::asio::io_context& io_;
  const CaresChannel::Servers servers_;
  FileVersion version_;                                  // of the file that the last channel has read
  std::vector<std::unique_ptr<CaresChannel>> channels_;  // the last one takes questions
  boost::asio::steady_timer timer_;
  bool is_ticking_ = false;
  std::optional<HostAddresses> host_;
  std::chrono::steady_clock::time_point host_read_{};
  const Lifetime lifetime_;
};

}  // namespace duplexd
