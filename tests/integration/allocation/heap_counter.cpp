#include "tests/integration/allocation/heap_counter.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace duplexd::test {

namespace {
std::atomic<std::atomic<std::uint64_t>*> counting_in{nullptr};
thread_local std::uint64_t left_until_failure = 0;  // 0: none is to fail
std::atomic<bool> one_failed{false};
}  // namespace

void count_allocations(std::atomic<std::uint64_t>* counter) noexcept { counting_in = counter; }

void fail_allocation(std::uint64_t number) noexcept {
  left_until_failure = number;
  one_failed = false;
}

bool allocation_failed() noexcept { return one_failed; }

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
/// Whether there is memory.
bool count() noexcept {
  using namespace duplexd::test;
  if (std::atomic<std::uint64_t>* const counter = counting_in) ++*counter;
  if (left_until_failure == 0 || --left_until_failure > 0) return true;
  one_failed = true;
  errno = ENOMEM;
  return false;
}
}  // namespace

extern "C" {

void* malloc(std::size_t size) noexcept { return count() ? __libc_malloc(size) : nullptr; }

void* calloc(std::size_t number, std::size_t size) noexcept {
  return count() ? __libc_calloc(number, size) : nullptr;
}

void* realloc(void* memory, std::size_t size) noexcept {
  return count() ? __libc_realloc(memory, size) : nullptr;
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return count() ? __libc_memalign(alignment, size) : nullptr;
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return count() ? __libc_memalign(alignment, size) : nullptr;
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  *memory = count() ? __libc_memalign(alignment, size) : nullptr;
  return *memory ? 0 : ENOMEM;
}

void free(void* memory) noexcept { __libc_free(memory); }

}  // extern "C"

#endif
