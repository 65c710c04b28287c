#pragma once

#include "daemon/log/line/event_kind.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

using LogTime = std::chrono::system_clock::time_point;

struct LogField {
  std::string key;
  std::string value;
  bool is_number = false;
};

/// One event, ready to be written in any format. Values hold what they hold: escaping is the format's work.
class LogLine {
 public:
  explicit LogLine(EventKind kind, LogTime time = std::chrono::system_clock::now())
      : kind_(kind), time_(time) {}

  LogLine& add(std::string_view key, std::string_view text) &;
  LogLine& add(std::string_view key, std::uint64_t number) &;
  LogLine& add(std::string_view key, std::chrono::microseconds duration) &;  ///< as milliseconds: "12.345"
  LogLine& add_unless_zero(std::string_view key, std::uint64_t number) &;
  LogLine& add_unless_empty(std::string_view key, std::string_view text) &;

  EventKind kind() const noexcept { return kind_; }
  LogTime time() const noexcept { return time_; }
  const std::vector<LogField>& fields() const noexcept { return fields_; }
  const std::string* find(std::string_view key) const noexcept;  ///< null: there is no such field

 private:
  EventKind kind_;
  LogTime time_;
  std::vector<LogField> fields_;
};

}  // namespace duplexd
