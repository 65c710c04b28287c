#pragma once

#include <cstddef>
#include <cstdint>

namespace duplexd {

/// Whether a direction carries bulk, judged by the size of what it takes at a time: bulk is worth a pipe, and
/// small messages are cheaper copied. Several in a row decide, so that a single one changes nothing.
class Bulk {
 public:
  static constexpr std::size_t large = 32 * 1024;
  static constexpr std::size_t small = 8 * 1024;
  static constexpr int in_a_row = 4;

  bool detected() const noexcept { return detected_; }

  /// Whether this has just shown that it does.
  bool on_taken(std::size_t bytes) noexcept {
    const bool contradicts = detected_ ? bytes < small : bytes >= large;
    contradictions_ = contradicts ? contradictions_ + 1 : 0;
    if (contradictions_ < in_a_row) return false;
    detected_ = !detected_;
    contradictions_ = 0;
    return detected_;
  }

  /// There was no pipe for it: it has to show again that it is worth one.
  void refuse() noexcept { *this = {}; }

 private:
  std::uint8_t contradictions_ = 0;
  bool detected_ = false;
};

}  // namespace duplexd
