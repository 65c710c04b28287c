#pragma once

#include "core/catalog/catalog.hpp"
#include "core/catalog/catalog_state.hpp"
#include "core/catalog/catalog_tries.hpp"
#include "core/names/name_service.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// Follows one catalog until it is stopped: a coroutine visits one server after the other. Used by the
/// control thread.
class CatalogWatch : public std::enable_shared_from_this<CatalogWatch> {
 public:
  /// Changes that come within it are told together.
  static constexpr std::chrono::milliseconds gathering{100};

  /// `on_news` runs when there are other endpoints, when a failure has begun or ended, and when the first
  /// answer came. It does not throw. The others outlive this.
  CatalogWatch(boost::asio::io_context& control, NameService& names, CatalogQuestion question,
               std::function<void()> on_news);

  /// Begins with what is known from elsewhere, which is no answer.
  void start(std::optional<std::vector<EndpointConfig>> known);
  void stop() noexcept;

  const CatalogQuestion& question() const noexcept { return question_; }
  const CatalogState& state() const noexcept { return state_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Server {
    CatalogServer config;
    NameService::Subscription name{};  // if it is a host's
  };

  void spawn();
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<std::string> visit();
  boost::asio::awaitable<void> visit(const Server& server);
  boost::asio::awaitable<SocketAddress> address_of(const Server& server);
  boost::asio::awaitable<void> rest(CatalogTries::Time time);
  void on_list(const CatalogEntries& entries);
  void on_failure(std::string words);
  void tell_after(std::chrono::milliseconds time);

  boost::asio::io_context& control_;
  NameService& names_;
  const CatalogQuestion question_;
  const std::function<void()> on_news_;
  const std::unique_ptr<Catalog> catalog_;
  TlsContext tls_;
  std::vector<Server> servers_;
  CatalogTries tries_;
  CatalogState state_;
  std::size_t turn_ = 0;  // of the addresses of a name
  boost::asio::cancellation_signal give_up_;
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer gathered_;
  bool gathers_ = false;
  bool stopped_ = false;
};

}  // namespace duplexd
