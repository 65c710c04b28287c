#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace duplexd {

/// How often something is checked, and how long a check may take.
struct Rhythm {
  std::chrono::milliseconds interval{2'000};
  unsigned jitter = 10;  ///< percent of the interval
  std::chrono::milliseconds timeout{2'000};
};

/// Whose turn it is to be checked, and whose check has taken too long. It is told the time. The
/// first turns are spread evenly over the interval, however many are added at once or one by one. add() alone
/// allocates; if it throws std::bad_alloc, nothing has changed.
class Schedule {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using Number = std::uint64_t;  ///< of something that is checked; never used twice

  struct Turn {
    enum class Kind : std::uint8_t { begin, give_up };
    Kind kind;
    Number number;
  };

  static constexpr Time never = Time::max();

  /// No more than `most_at_once` checks run at a time.
  Schedule(std::size_t most_at_once, std::uint64_t seed) : most_at_once_(most_at_once), random_(seed) {}
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  void add(Number number, const Rhythm& rhythm, Time now);
  /// Also while its check runs, whose end need not be told then.
  void remove(Number number) noexcept;
  /// A turn that is further away than the interval comes earlier.
  void change(Number number, const Rhythm& rhythm, Time now) noexcept;
  /// Makes it its turn now, or at once after the check that runs.
  void soon(Number number, Time now) noexcept;

  /// What there is to do by now, if there is something. A check that is to begin has begun, one that is to
  /// be given up is not mentioned again.
  std::optional<Turn> next(Time now) noexcept;
  /// The check of this turn has ended. The next one begins an interval after it began.
  void ended(Number number, Time now) noexcept;

  Time due() const noexcept;  ///< when next() has something to do; `never`
  std::size_t running() const noexcept { return running_.size(); }

 private:
  using Queue = std::set<std::pair<Time, Number>>;
  struct Entry {
    Rhythm rhythm;
    Queue* queue;  // that it is in, at `due`
    Time due;      // when it begins, or has to be given up
    Time begun{};
    bool again = false;
  };

  bool waits(const Entry& entry) const noexcept { return entry.queue == &waiting_; }
  bool may_begin() const noexcept { return running_.size() < most_at_once_ && !waiting_.empty(); }
  void move(Number number, Entry& entry, Queue& to, Time due) noexcept;
  std::chrono::nanoseconds jittered(const Rhythm& rhythm) noexcept;

  const std::size_t most_at_once_;
  std::mt19937_64 random_;
  std::uint64_t added_ = 0;
  std::map<Number, Entry> entries_;
  Queue waiting_;
  Queue running_;  // by their deadlines, which are `never` once they were given up
};

}  // namespace duplexd
