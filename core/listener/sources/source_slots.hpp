#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace duplexd {

/// The words of a SourceTable. It grows by parts, each larger than those before it, and those stay where they
/// are with what they count: a source that is counted goes on where it is. Safe from any thread, but that one
/// thread only makes it grow.
class SourceSlots {
 public:
  using Word = std::uint64_t;  // fingerprint above, count below; 0: free
  using Index = std::uint32_t;
  static constexpr Index none = 0xffffffff;

  static constexpr unsigned count_bits = 24;
  static constexpr Word count_mask = (Word{1} << count_bits) - 1;

  /// The last part takes 16 MiB for so many, and all others together less than that.
  static constexpr std::size_t most_sources = std::size_t{1} << 20;

  /// For `sources` sources at once, or `most_sources`.
  explicit SourceSlots(std::size_t sources);
  /// Has room for so many from now on. Without memory, std::bad_alloc, and nothing has changed.
  void grow(std::size_t sources);

  /// The slot that holds the fingerprint, else a free one for it, of the window that begins at `begin`, else
  /// none.
  Index find(Word fingerprint, std::size_t begin) const noexcept;
  /// `slot` is one that was found.
  std::atomic<Word>& operator[](Index slot) const noexcept;

 private:
  struct Part {
    std::size_t mask = 0;
    Index first = 0;
    std::unique_ptr<std::atomic<Word>[]> words;

    Index find(Word wanted, Word held, std::size_t begin) const noexcept;
  };

  const Part& newest() const noexcept { return parts_[count_.load(std::memory_order_acquire) - 1]; }
  void add(std::size_t size);

  // A part does not change any more when it is counted.
  std::array<Part, 16> parts_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace duplexd
