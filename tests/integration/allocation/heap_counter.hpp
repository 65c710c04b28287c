#pragma once

#include <atomic>
#include <cstdint>

namespace duplexd::test {

// The sanitizers interpose the same functions.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DUPLEXD_HEAP_IS_TAKEN
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DUPLEXD_HEAP_IS_TAKEN
#endif

#ifdef DUPLEXD_HEAP_IS_TAKEN
inline constexpr bool heap_is_counted = false;
#else
inline constexpr bool heap_is_counted = true;
#endif

/// From now on every call of this process, on any thread, that takes memory from the heap adds one to
/// `counter`; null stops it. operator new comes here through malloc(3).
void count_allocations(std::atomic<std::uint64_t>* counter) noexcept;

/// Of the calls of this thread from now on that take memory, the one of this number finds none; 0: each finds
/// some. Afterwards allocation_failed() says whether it came to that.
void fail_allocation(std::uint64_t number) noexcept;
bool allocation_failed() noexcept;

}  // namespace duplexd::test
