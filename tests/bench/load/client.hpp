#pragma once

#include "tests/bench/load/window.hpp"
#include "tests/bench/sockets.hpp"
#include "tests/bench/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace duplexd::bench {

/// The shared context of all clients, which it outlives.
struct Surroundings {
  Poller& poller;
  Window& window;
  sockaddr_in to;
  std::size_t message_size;
  const TlsClients* tls;  ///< null: the clients speak plainly
};

/// One session of the load. advance() throws std::exception if it receives anything unexpected.
class Client : public Session {
 public:
  explicit Client(const Surroundings& around)
      : window_(around.window), stream_(around.poller, begin_connect(around.to), *this) {
    if (around.tls) stream_.secure(*around.tls);
  }

  /// Whether the session is open; only a few sessions open at a time.
  virtual bool is_open() const { return stream_.connected(); }
  virtual bool is_waiting() const { return true; }  ///< for its peer to do something

  /// The seconds that it has waited without moving a byte. Called once a second.
  int seconds_without_progress() noexcept {
    const bool moved = std::exchange(moved_, stream_.moved()) != stream_.moved();
    return seconds_ = moved || !is_waiting() ? 0 : seconds_ + 1;
  }

  /// The state that its crowd keeps.
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
