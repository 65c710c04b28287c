#pragma once

#include "core/metrics/counters.hpp"
#include "core/session/deadline_wheel.hpp"

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <chrono>

namespace duplexd {

/// The half-closed sessions of one listener on one worker, the oldest first. Counts them. Allocates nothing;
/// used by one thread.
class HalfClosed {
 public:
  /// What a session has for it. It must have left before it is destroyed.
  class Entry : public boost::intrusive::list_base_hook<> {
   public:
    bool entered() const noexcept { return is_linked(); }
    /// Since when it is half-closed. Has entered.
    Tick since() const noexcept { return since_; }

   private:
    friend HalfClosed;
    Tick since_ = 0;
  };

  explicit HalfClosed(ListenerCounters& counters) noexcept : counters_(counters) {}

  /// One direction is over since the tick `since`, which is mostly now. Does nothing if it has entered.
  void enter(Entry& entry, Tick since) noexcept {
    if (entry.entered()) return;
    entry.since_ = since;
    const auto older = std::find_if(entries_.rbegin(), entries_.rend(),
                                    [&](const Entry& other) { return other.since_ <= since; });
    entries_.insert(older.base(), entry);
    counters_.half_closed.add();
  }
  /// The session is over, or goes on in another process. Does nothing unless it has entered.
  void leave(Entry& entry) noexcept {
    if (!entry.entered()) return;
    entries_.erase(entries_.iterator_to(entry));
    counters_.half_closed_over.add();
  }

  void on_tick(Tick now) noexcept {
    const Tick age = entries_.empty() ? 0 : now - entries_.front().since_;
    counters_.half_closed_oldest.set(
        static_cast<std::uint64_t>(std::chrono::microseconds(age * tick_length).count()));
  }

 private:
  ListenerCounters& counters_;
  boost::intrusive::list<Entry, boost::intrusive::constant_time_size<false>> entries_;
};

}  // namespace duplexd
