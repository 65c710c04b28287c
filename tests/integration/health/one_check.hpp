#pragma once

#include "core/health/make_check.hpp"
#include "tests/support/peer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace duplexd::test {

/// Checks `target` once, as the monitor does.
inline CheckResult check_once(const std::shared_ptr<const PreparedCheck>& check, ConversationTarget target) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal give_up;
  boost::asio::steady_timer timer(io, check->config->timeout);
  timer.async_wait([&](const boost::system::error_code& error) {
    if (!error) give_up.emit(boost::asio::cancellation_type::terminal);
  });
  CheckResult result;
  const auto on_end = [&](const std::exception_ptr& error, CheckResult ended) {
    EXPECT_FALSE(error);
    result = std::move(ended);
    timer.cancel();
  };
  boost::asio::co_spawn(io, make_check(io.get_executor(), std::move(target), check),
                        boost::asio::bind_cancellation_slot(give_up.slot(), on_end));
  io.run();
  return result;
}

inline CheckResult check_once(const CheckConfig& config, ConversationTarget target) {
  return check_once(std::make_shared<const PreparedCheck>(std::make_shared<const CheckConfig>(config)),
                    std::move(target));
}

/// An endpoint on loopback that does as a test says.
struct CheckTest : testing::Test {
  using Script = std::function<void(Peer&)>;

  CheckTest() { config.timeout = patience; }

  ConversationTarget target() const { return {backend.address(), "localhost:" + port(), {}}; }
  std::string port() const { return std::to_string(backend.address().port()); }

  /// Checks an endpoint that acts by `script` once it is connected to.
  CheckResult check(const Script& script) {
    auto acting = std::async(std::launch::async, [&] {
      auto peer = backend.accept();
      script(peer);
    });
    auto result = check_once(config, target());
    acting.get();
    return result;
  }

  /// The words of a check of an endpoint that says `answer` and ends.
  std::string words_after(std::string_view answer) {
    const auto result = check([&](Peer& peer) {
      peer.send(answer);
      peer.end();
      (void)peer.drain();
    });
    return (result.passed() ? "passed: " : "") + result.words;
  }

  Backend backend;
  CheckConfig config;
};

/// Sends byte by byte, until all is sent or the other side has had enough.
inline void send_slowly(Peer& peer, std::string_view bytes) {
  try {
    for (const char byte : bytes) peer.send(std::string_view(&byte, 1));
  } catch (const std::system_error&) {
    // it knew enough before the last byte, and left
  }
}

/// Sends until the other side has had enough.
inline void send_for_ever(Peer& peer, std::string_view bytes) {
  try {
    while (true) peer.send(bytes);
  } catch (const std::exception&) {
    // it closed the connection, as it should
  }
}

}  // namespace duplexd::test
