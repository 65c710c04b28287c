#pragma once

#include "core/net/address/address.hpp"
#include "daemon/log/line/event_kind.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

using LogTime = std::chrono::system_clock::time_point;

/// Valid as long as its line, unchanged.
struct LogField {
  std::string_view key;
  std::string_view value;
  bool is_number;
};

/// One event, ready to be written in any format. Values hold what they hold: escaping is the format's work.
/// All texts stand one behind the other in one string: a line per session is made of two allocations.
class LogLine {
 public:
  explicit LogLine(EventKind kind, LogTime time = std::chrono::system_clock::now());

  LogLine& add(std::string_view key, std::string_view text) &;
  LogLine& add(std::string_view key, std::uint64_t number) &;
  LogLine& add(std::string_view key, std::chrono::microseconds duration) &;  ///< as milliseconds: "12.345"
  LogLine& add_unless_zero(std::string_view key, std::uint64_t number) &;
  LogLine& add_unless_empty(std::string_view key, std::string_view text) &;
  LogLine& add_peer(std::string_view key, const PeerAddress& address) &;  ///< unless it is none

  EventKind kind() const noexcept { return kind_; }
  LogTime time() const noexcept { return time_; }
  std::optional<std::string_view> find(
      std::string_view key) const noexcept;  ///< null: there is no such field

  /// The same without the fields whose keys `chosen` does not take.
  template <class Chosen>
  LogLine with_fields(Chosen chosen) const {
    LogLine line(kind_, time_);
    for_each_field([&](const LogField& field) {
      if (chosen(field.key)) line.add_as(field);
    });
    return line;
  }

  template <class Visit>
  void for_each_field(Visit visit) const {
    std::string_view rest = text_;
    for (const Sizes& sizes : fields_) {
      visit(LogField{rest.substr(0, sizes.key), rest.substr(sizes.key, sizes.value), sizes.is_number});
      rest.remove_prefix(sizes.key + sizes.value);
    }
  }

 private:
  struct Sizes {
    std::size_t key, value;
    bool is_number;
  };

  void add_as(const LogField& field);

  /// Adds a field whose value `append_value` appends to the text.
  template <class AppendValue>
  LogLine& add_field(std::string_view key, bool is_number, AppendValue append_value);

  EventKind kind_;
  LogTime time_;
  std::string text_;
  std::vector<Sizes> fields_;
};

}  // namespace duplexd
