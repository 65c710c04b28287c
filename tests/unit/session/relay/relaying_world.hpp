#pragma once

#include "core/session/relay/relaying.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace duplexd::relaying_test {

/// One thing that can happen to a session: an event of the value, and to which direction.
struct Event {
  enum class Kind : std::uint8_t {
    received,
    sent,
    would_block,
    end,
    end_forwarded,
    sender_failed,
    receiver_failed,
    stuck_sender_failed,
    woken,
    quiet,
    ended_by_us,
  };
  Kind kind{};
  Side from = Side::local;
  /// Bytes, errno or CloseReason, as the kind says.
  int detail = 0;
};

std::string to_string(const Event& event);

/// A Relaying with all that surrounds it: what the peers have sent and were told, kept without the value's
/// help. It does to the value whatever Chain and Session could do next.
class World {
 public:
  /// `hears_end`: the peers to which an end is a message of its own.
  explicit World(std::set<Side> hears_end);

  /// Every event that is possible now; none after the end.
  std::vector<Event> possible() const;

  /// Lets the event happen, and returns what is wrong then: "" if nothing is.
  std::string happen(const Event& event);

  bool ended() const { return value_.ended(); }

  /// The same for two worlds that differ only in how many bytes have gone by.
  friend bool operator==(const World&, const World&) = default;
  std::string key() const;

 private:
  struct Direction {
    Step step = Step::receive;
    std::uint64_t held = 0;
    bool sender_ended = false;
    bool end_told = false;
    bool receiver_failed = false;
    bool stuck = false;
    friend bool operator==(const Direction&, const Direction&) = default;
  };
  struct Failure {
    Side side{};
    int error = 0;
    friend bool operator==(const Failure&, const Failure&) = default;
  };

  Direction& at(Side from) { return from == Side::client ? upstream_ : downstream_; }
  const Direction& at(Side from) const { return from == Side::client ? upstream_ : downstream_; }
  void add_possible(Side from, std::vector<Event>& events) const;
  Relaying copy() const;
  std::optional<Step> apply(const Event& event);
  void note(const Event& event);
  std::string wrong_now(const Event& event) const;
  std::string wrong_answer(const Event& event, std::optional<Step> answer) const;
  std::string wrong_direction(Side from) const;
  std::string wrong_wait(Side from) const;
  std::string wrong_end(const Event& event) const;
  std::string wrong_reason(const Event& event) const;
  std::string wrong_leg(Side peer, LegEnd end, const Event& event) const;
  bool has_everything(Side peer) const;
  CloseReason reason_of_failure() const;

  std::set<Side> hears_end_;
  Relaying value_;
  Direction upstream_;
  Direction downstream_;
  std::optional<Failure> failure_;
  Side first_to_finish_ = Side::local;
};

}  // namespace duplexd::relaying_test
