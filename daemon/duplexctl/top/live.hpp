#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "daemon/duplexctl/top/asker.hpp"
#include "daemon/duplexctl/top/screen.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <string>

namespace duplexd::duplexctl::top {

/// The view in a terminal, until a key, a signal or the number of frames ends it.
class Live {
 public:
  explicit Live(const TopRequest& request);

  /// Returns the exit code.
  int run();

 private:
  void ask();
  void on_reading(Reading reading, const std::exception_ptr& failure);
  void ask_later(std::chrono::steady_clock::duration pause);
  void wait_for_key();
  void on_keys();
  void wait_for_signal();
  void on_signal(int signal);
  void show();
  void end(int exit_code);

  const TopRequest& request_;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_;  // before the screen, which leaves signals alone that have a handler
  Screen screen_;
  boost::asio::posix::stream_descriptor keys_;
  boost::asio::steady_timer timer_;
  Controls controls_;
  std::optional<Reading> now_, before_;
  std::string trouble_;
  std::chrono::steady_clock::time_point asked_{};
  std::size_t frames_ = 0;
  bool asks_ = false;
  int exit_code_ = 0;
  Asker asker_;
};

}  // namespace duplexd::duplexctl::top
