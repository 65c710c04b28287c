#include "tests/integration/allocation/heap_counter.hpp"
#include "tests/integration/allocation/load.hpp"
#include "tests/integration/allocation/server_process.hpp"
#include "tests/support/volume.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace duplexd::test {
namespace {

// The compiler may leave out an allocation that nobody looks at.
void* seen(void* memory) {
  asm volatile("" : "+r"(memory) : : "memory");
  return memory;
}

template <class Allocate>
std::uint64_t allocations_of(Allocate allocate) {
  std::atomic<std::uint64_t> counter{0};
  count_allocations(&counter);
  allocate();
  count_allocations(nullptr);
  return counter;
}

TEST(HeapCounter, SeesEveryWayToTakeMemory) {
  if (!heap_is_counted) GTEST_SKIP() << "a sanitizer has the heap";
  EXPECT_EQ(allocations_of([] { delete static_cast<int*>(seen(new int)); }), 1u);
  EXPECT_EQ(allocations_of([] { std::free(seen(std::malloc(100))); }), 1u);
  EXPECT_EQ(allocations_of([] { std::free(seen(std::aligned_alloc(64, 128))); }), 1u);
  EXPECT_EQ(allocations_of([] {
              void* memory = nullptr;
              EXPECT_EQ(::posix_memalign(&memory, 64, 128), 0);
              std::free(seen(std::realloc(memory, 256)));
            }),
            2u);
  EXPECT_EQ(allocations_of([] {}), 0u);
}

// With one worker and with two.
class Allocation : public testing::TestWithParam<unsigned> {
 protected:
  // More sessions at once than the test will have, so that each worker has carried its share whatever the
  // kernel gives it; and each kind of thing once.
  void warm_up() {
    load_.hold(server_, 256);
    load_.churn(server_, 512);
    load_.chat(server_, 10'000);
    server_.start_counting();
  }

  void expect_no_memory_taken(const char* what, std::size_t number) {
    const std::uint64_t allocations = server_.allocations();
    const ServerProcess::Report report = server_.stop();
    EXPECT_TRUE(report.clean);
    EXPECT_EQ(report.accepted, load_.sessions());
    EXPECT_EQ(report.handler_memory_fallbacks, 0u);
    const std::string counted = heap_is_counted ? std::to_string(allocations) : "uncounted";
    std::printf("%zu %s on %u workers: %s heap allocations, %llu handler memory fallbacks\n", number, what,
                GetParam(), counted.c_str(),
                static_cast<unsigned long long>(report.handler_memory_fallbacks));
    if (!heap_is_counted) GTEST_SKIP() << "a sanitizer has the heap: only the fallbacks were counted";
    EXPECT_EQ(allocations, 0u);
  }

  Load load_;
  ServerProcess server_{load_.config(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Workers, Allocation, testing::Values(1, 2));

TEST_P(Allocation, SessionsTakeNoHeapMemory) {
  warm_up();
  const std::size_t sessions = scaled(10'000);
  load_.churn(server_, sessions);
  expect_no_memory_taken("sessions", sessions);
}

TEST_P(Allocation, MessagesTakeNoHeapMemory) {
  warm_up();
  const std::size_t messages = scaled(1'000'000);
  load_.chat(server_, messages);
  expect_no_memory_taken("messages", messages);
}

}  // namespace
}  // namespace duplexd::test
