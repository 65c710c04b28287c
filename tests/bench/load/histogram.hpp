#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace duplexd::bench {

/// Counts values in buckets that are at most 1/128 of their values wide: adding one costs the same, however
/// many there are.
class Histogram {
 public:
  void add(std::uint64_t value) noexcept {
    ++buckets_[index_of(value)];
    ++count_;
  }
  std::uint64_t count() const noexcept { return count_; }

  /// The middle of the bucket of the value that a `share` (0 to 1) of all values does not exceed; 0 if there
  /// are none.
  double percentile(double share) const noexcept {
    auto left = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    for (std::size_t index = 0; index < buckets_.size(); ++index) {
      if (buckets_[index] >= left) return count_ == 0 ? 0 : middle_of(index);
      left -= buckets_[index];
    }
    return 0;
  }

 private:
  static constexpr int bits = 7;
  static constexpr std::uint64_t per_power = 1U << bits;

  /// Below 128 each value has a bucket; above, the 8 leading bits choose it among those of its power of two.
  static constexpr std::size_t index_of(std::uint64_t value) noexcept {
    const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - bits - 1);
    return static_cast<std::size_t>(shift) * per_power + (value >> shift);
  }
  static constexpr double middle_of(std::size_t index) noexcept {
    const std::uint64_t shift = index < per_power ? 0 : index / per_power - 1;
    const auto low = static_cast<double>(index - shift * per_power);
    return std::ldexp(shift == 0 ? low : low + 0.5, static_cast<int>(shift));
  }

  std::array<std::uint64_t, (64 - bits + 1) * per_power> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace duplexd::bench
