#include "daemon/duplexctl/top/live.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace duplexd::duplexctl::top {
namespace {

/// Of the time, duplexd answers us for so little a part at most, however many sessions there are.
constexpr int part_of_time = 4;

/// Readable when standard input is. Asio makes what it waits for non-blocking, which of a terminal would last
/// after us, and hold for the shell.
int watch_of_keys() {
  const int watch = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{.events = EPOLLIN, .data = {}};
  if (watch < 0 || ::epoll_ctl(watch, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "standard input");
  return watch;
}

bool has_hung_up() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return ::poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR)) != 0;
}

std::string sentence_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    std::string text = error.what();
    if (text.starts_with("duplexctl: error: ")) text.erase(0, text.find(": ", text.find(": ") + 2) + 2);
    return "duplexd does not answer: " + text.substr(0, text.find('\n'));
  }
}

}  // namespace

Live::Live(const TopRequest& request)
    : request_(request),
      signals_(context_, SIGINT, SIGTERM),
      keys_(context_, watch_of_keys()),
      timer_(context_),
      controls_(request.controls),
      asker_(context_, request) {
  signals_.add(SIGHUP);
  signals_.add(SIGWINCH);
}

int Live::run() {
  wait_for_signal();
  wait_for_key();
  show();
  ask();
  context_.run();
  return exit_code_;
}

void Live::ask() {
  if (controls_.paused || std::exchange(asks_, true)) return;
  timer_.cancel();
  asked_ = std::chrono::steady_clock::now();
  asker_.ask(controls_.view, [this](Reading reading, const std::exception_ptr& failure) {
    asks_ = false;
    on_reading(std::move(reading), failure);
  });
}

void Live::on_reading(Reading reading, const std::exception_ptr& failure) {
  if (failure) {
    trouble_ = sentence_of(failure);
    before_.reset();
  } else {
    trouble_.clear();
    before_ = std::exchange(now_, std::move(reading));
    if (++frames_ == request_.frames) return end(0);
  }
  show();
  const auto took = std::chrono::steady_clock::now() - asked_;
  ask_later(std::max<std::chrono::steady_clock::duration>(request_.interval - took, took * part_of_time));
}

void Live::ask_later(std::chrono::steady_clock::duration pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) ask();
  });
}

void Live::wait_for_key() {
  keys_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this](const boost::system::error_code& error) {
                     if (!error) on_keys();
                   });
}

void Live::on_keys() {
  if (has_hung_up()) return end(0);
  const View view = controls_.view;
  const bool paused = controls_.paused;
  while (const auto key = screen_.next_key()) press(controls_, *key, rows_of_page(screen_.size()));
  if (controls_.quit) return end(0);
  show();
  if (view != controls_.view || paused != controls_.paused) ask();
  wait_for_key();
}

void Live::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (!error) on_signal(signal);
  });
}

void Live::on_signal(int signal) {
  if (signal == SIGINT) return end(0);
  if (signal != SIGWINCH) return end(128 + signal);
  screen_.follow_size();
  show();
  wait_for_signal();
}

void Live::show() {
  std::optional<Frame> frame;
  if (now_) frame = frame_of(controls_.view, *now_, before_ ? &*before_ : nullptr);
  if (frame) arrange(*frame, controls_);
  screen_.show(draw({.frame = frame ? &*frame : nullptr, .controls = &controls_, .trouble = trouble_},
                    screen_.size()));
}

void Live::end(int exit_code) {
  exit_code_ = exit_code;
  context_.stop();
}

}  // namespace duplexd::duplexctl::top
