#include "tests/integration/allocation/heap_counter.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace duplexd::test {

namespace {
std::atomic<std::atomic<std::uint64_t>*> counting_in{nullptr};
}  // namespace

void count_allocations(std::atomic<std::uint64_t>* counter) noexcept { counting_in = counter; }

}  // namespace duplexd::test

#ifndef DUPLEXD_HEAP_IS_TAKEN

// glibc's own names for what is interposed here.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
}

namespace {
void count() noexcept {
  if (std::atomic<std::uint64_t>* const counter = duplexd::test::counting_in) ++*counter;
}
}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept {
  count();
  return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) noexcept {
  count();
  return __libc_calloc(number, size);
}

void* realloc(void* memory, std::size_t size) noexcept {
  count();
  return __libc_realloc(memory, size);
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  count();
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

void free(void* memory) noexcept { __libc_free(memory); }

}  // extern "C"

#endif
