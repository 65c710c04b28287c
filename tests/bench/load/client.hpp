#pragma once

#include "tests/bench/load/window.hpp"
#include "tests/bench/sockets.hpp"
#include "tests/bench/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace duplexd::bench {

/// What every client needs; all of it outlives the clients.
struct Surroundings {
  Poller& poller;
  Window& window;
  sockaddr_in to;
  std::size_t message_size;
};

/// One session of the load. advance() throws std::exception if it gets anything but what it has to get.
class Client : public Session {
 public:
  explicit Client(const Surroundings& around)
      : window_(around.window), stream_(around.poller, begin_connect(around.to), *this) {}

  /// Whether it was let in: until then it is one of the few that are being opened.
  virtual bool is_open() const { return stream_.connected(); }
  virtual bool is_waiting() const { return true; }  ///< for its peer to do something

  /// To be asked once a second: for how many seconds it waited, and not a byte moved.
  int seconds_without_progress() noexcept {
    const bool moved = std::exchange(moved_, stream_.moved()) != stream_.moved();
    return seconds_ = moved || !is_waiting() ? 0 : seconds_ + 1;
  }

  /// What the crowd that it belongs to knows of it.
  struct Seat {
    std::size_t number = 0;
    bool is_opening = true;
  };
  Seat seat;

 protected:
  /// Since the last lap, or since it began to connect.
  Clock::duration lap() noexcept {
    const auto now = Clock::now();
    return now - std::exchange(lap_began_, now);
  }

 private:
  Clock::time_point lap_began_ = Clock::now();  // before the stream, which connects

 protected:
  Window& window_;
  Stream stream_;

 private:
  std::uint64_t moved_ = 0;
  int seconds_ = 0;
};

}  // namespace duplexd::bench
