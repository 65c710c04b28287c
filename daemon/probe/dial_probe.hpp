#pragma once

#include "core/config/upstream_config.hpp"
#include "core/health/make_check.hpp"
#include "daemon/probe/verdict.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// A check that connects, and sends nothing.
std::shared_ptr<const PreparedCheck> dialling(Duration timeout);

/// Makes checks once each, so many at a time.
class DialProbe {
 public:
  static constexpr std::size_t most_at_once = 64;
  /// All together; what has not ended then has no result.
  static constexpr std::chrono::seconds most_in_all{60};

  explicit DialProbe(boost::asio::io_context& io) : io_(io) {}

  struct Job {
    ConversationTarget target;
    std::shared_ptr<const PreparedCheck> check;  ///< its timeout bounds it
    std::optional<CheckResult> result{};         ///< none: it took too long
  };
  /// Refers to the job until this has gone.
  const Job& add(ConversationTarget target, std::shared_ptr<const PreparedCheck> check);

  void run();

 private:
  struct Running {
    explicit Running(boost::asio::io_context& io) : timer(io) {}
    boost::asio::cancellation_signal give_up;
    boost::asio::steady_timer timer;
  };

  void begin_next();
  void begin(Job& job);

  boost::asio::io_context& io_;
  std::deque<Job> jobs_;
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace duplexd
