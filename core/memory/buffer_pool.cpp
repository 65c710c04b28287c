#include "core/memory/buffer_pool.hpp"

#include <sys/mman.h>

#include <cassert>
#include <new>

namespace duplexd {

BufferPool::~BufferPool() {
  assert(leased() == 0);
  for (std::byte* buffer : free_) ::munmap(buffer, buffer_size);
}

std::byte* BufferPool::lease() noexcept {
  if (free_.empty()) return map_buffer();
  std::byte* const buffer = free_.back();
  free_.pop_back();
  if (warm_ > 0) --warm_;
  return buffer;
}

void BufferPool::give_back(std::byte* buffer) noexcept {
  free_.push_back(buffer);
  if (++warm_ <= kept_warm) return;
  // The buffer that was used least recently: it is also leased last.
  ::madvise(free_[free_.size() - warm_], buffer_size, MADV_DONTNEED);
  --warm_;
}

std::byte* BufferPool::map_buffer() noexcept try {
  // Reserved now, so that give_back() cannot fail.
  if (free_.capacity() <= buffers_) free_.reserve(2 * buffers_ + 1);
  void* const memory =
      ::mmap(nullptr, buffer_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  ++buffers_;
  return static_cast<std::byte*>(memory);
} catch (const std::bad_alloc&) {
  return nullptr;
}

}  // namespace duplexd
