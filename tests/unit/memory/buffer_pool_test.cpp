#include "core/memory/buffer_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

namespace duplexd {
namespace {

constexpr std::byte mark{0xa5};

// Private anonymous pages that went back to the kernel read as zero when they are touched again (madvise(2)).
bool has_its_pages(const std::byte* buffer) {
  return std::all_of(buffer, buffer + BufferPool::buffer_size, [](std::byte b) { return b == mark; });
}
bool has_given_its_pages_back(const std::byte* buffer) {
  return std::all_of(buffer, buffer + BufferPool::buffer_size, [](std::byte b) { return b == std::byte{}; });
}

std::vector<std::byte*> lease_marked(BufferPool& pool, std::size_t count) {
  std::vector<std::byte*> buffers;
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* const buffer = buffers.emplace_back(pool.lease());
    std::memset(buffer, static_cast<int>(mark), BufferPool::buffer_size);
  }
  return buffers;
}

void give_back(BufferPool& pool, const std::vector<std::byte*>& buffers) {
  for (std::byte* const buffer : buffers) pool.give_back(buffer);
}

TEST(BufferPoolTest, ReturnedBuffersAreLeasedAgainUnchanged) {
  BufferPool pool;
  const auto first = lease_marked(pool, 1);
  give_back(pool, first);
  std::byte* const again = pool.lease();
  EXPECT_EQ(again, first.front());
  EXPECT_TRUE(has_its_pages(again));
  pool.give_back(again);
}

TEST(BufferPoolTest, LeasedBuffersDoNotOverlap) {
  BufferPool pool;
  const auto buffers = lease_marked(pool, 10);
  std::set<std::byte*> sorted(buffers.begin(), buffers.end());
  for (auto one = sorted.begin(), next = std::next(one); next != sorted.end(); ++one, ++next)
    EXPECT_GE(*next - *one, static_cast<std::ptrdiff_t>(BufferPool::buffer_size));
  for (std::byte* const buffer : buffers)
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer) % 4096, 0u) << "a buffer of whole pages";
  give_back(pool, buffers);
}

TEST(BufferPoolTest, LeasedBuffersAreCounted) {
  BufferPool pool;
  EXPECT_EQ(pool.leased(), 0u);
  const auto buffers = lease_marked(pool, 3);
  EXPECT_EQ(pool.leased(), 3u);
  pool.give_back(buffers.front());
  EXPECT_EQ(pool.leased(), 2u);
  pool.give_back(buffers[1]);
  pool.give_back(buffers[2]);
  EXPECT_EQ(pool.leased(), 0u);
}

TEST(BufferPoolTest, FewFreeBuffersKeepTheirPages) {
  BufferPool pool;
  constexpr std::size_t many = 3 * BufferPool::kept_warm;
  give_back(pool, lease_marked(pool, many));
  std::vector<std::byte*> buffers;
  for (std::size_t i = 0; i < many; ++i) buffers.push_back(pool.lease());
  EXPECT_EQ(std::ranges::count_if(buffers, has_its_pages),
            static_cast<std::ptrdiff_t>(BufferPool::kept_warm));
  EXPECT_EQ(std::ranges::count_if(buffers, has_given_its_pages_back),
            static_cast<std::ptrdiff_t>(many - BufferPool::kept_warm));
  give_back(pool, buffers);
}

TEST(BufferPoolTest, LightLoadsUseBuffersWithPages) {
  BufferPool pool;
  give_back(pool, lease_marked(pool, 3 * BufferPool::kept_warm));
  for (int i = 0; i < 3; ++i) {
    std::vector<std::byte*> buffers;
    for (std::size_t j = 0; j < BufferPool::kept_warm; ++j) buffers.push_back(pool.lease());
    EXPECT_TRUE(std::ranges::all_of(buffers, has_its_pages)) << "in turn " << i;
    give_back(pool, buffers);
  }
}

}  // namespace
}  // namespace duplexd
