#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace duplexd {

/// What a listener is limited by; each can be tried (`dry_run`).
enum class Limit : std::uint8_t {
  access,
  sessions,
  per_source,
  rate,
  per_source_rate,
  handshakes,
  total_upstream,
  total_downstream,
  session_upstream,
  session_downstream,
};
inline constexpr std::size_t limit_count = static_cast<std::size_t>(Limit::session_downstream) + 1;

std::string_view to_word(Limit limit) noexcept;  ///< that of its key: "per_source_rate"

/// Some of the limits.
class LimitSet {
 public:
  constexpr LimitSet() noexcept = default;
  constexpr LimitSet(std::initializer_list<Limit> limits) noexcept {
    for (const Limit limit : limits) add(limit);
  }

  constexpr void add(Limit limit) noexcept { bits_ |= bit(limit); }
  constexpr void add(LimitSet others) noexcept { bits_ |= others.bits_; }
  constexpr bool contains(Limit limit) const noexcept { return (bits_ & bit(limit)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  bool operator==(const LimitSet&) const = default;

 private:
  static constexpr std::uint16_t bit(Limit limit) noexcept {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(limit));
  }
  std::uint16_t bits_ = 0;
};

}  // namespace duplexd
