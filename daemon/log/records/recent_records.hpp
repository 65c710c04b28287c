#pragma once

#include "daemon/log/line/log_line.hpp"

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace duplexd {

/// The last records of sessions that have ended, in memory: a flight recorder. Those of sessions that waited
/// long for their endpoint are kept apart as well, so that a crowd of quick ones does not push them out.
class RecentRecords {
 public:
  /// What is asked for.
  struct Query {
    std::string listener{};  ///< "": all
    std::size_t most = 0;    ///< of the last ones; 0: all
  };

  /// The writing thread's. Without memory, std::bad_alloc.
  void keep(LogLine line, bool is_slow);

  /// Any thread's: at most so many of each kind are kept, and older ones are forgotten. None at first.
  void limit(std::size_t most) noexcept;

  /// Any thread's: {"ends":[...],"slow_connects":[...]}, each record as in the log, the oldest first.
  std::string to_json(const Query& query) const;

 private:
  mutable std::mutex mutex_;
  std::deque<LogLine> ends_;
  std::deque<LogLine> slow_;
  std::size_t most_ = 0;  // of each
};

}  // namespace duplexd
