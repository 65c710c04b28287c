#pragma once

#include <cstddef>
#include <vector>

namespace duplexd {

/// Buffers of one size for bytes that a receiver did not take yet. They are mapped from the kernel, not the
/// heap; of those that nobody leases only `kept_warm` keep their pages, so that memory used in a peak goes
/// back.
///
/// Used by one thread. Every lease is returned before the pool is destroyed.
class BufferPool {
 public:
  static constexpr std::size_t buffer_size = 64 * 1024;
  static constexpr std::size_t kept_warm = 32;

  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// `buffer_size` bytes of unspecified content; null if the kernel has no memory.
  std::byte* lease() noexcept;
  void give_back(std::byte* buffer) noexcept;

  std::size_t leased() const noexcept { return buffers_ - free_.size(); }

 private:
  std::byte* map_buffer() noexcept;

  std::vector<std::byte*> free_;  // its capacity holds every buffer that exists
  std::size_t buffers_ = 0;
  std::size_t warm_ = 0;  // of free_, counted from its back, have their pages
};

}  // namespace duplexd
