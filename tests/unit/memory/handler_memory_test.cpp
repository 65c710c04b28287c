#include "core/memory/handler_memory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace duplexd {
namespace {

TEST(HandlerMemoryTest, SuccessiveOperationsGetTheSameBlock) {
  HandlerMemory memory;
  void* const first = memory.allocate(HandlerMemory::capacity);
  EXPECT_TRUE(memory.busy());
  memory.deallocate(first);
  EXPECT_FALSE(memory.busy());
  void* const second = memory.allocate(1);
  EXPECT_EQ(second, first);
  memory.deallocate(second);
  EXPECT_EQ(memory.fallbacks(), 0u);
}

TEST(HandlerMemoryTest, ThreadKnowsItsUse) {
  const HandlerMemoryUse before = handler_memory_use;
  HandlerMemory one;
  HandlerMemory other;
  void* const first = one.allocate(8);
  void* const second = other.allocate(8);
  void* const from_heap = other.allocate(8);
  EXPECT_EQ(handler_memory_use.uses, before.uses + 2) << "the heap's is none";
  EXPECT_EQ(handler_memory_use.busy, before.busy + 2);
  EXPECT_GE(handler_memory_use.most_busy, before.busy + 2);
  std::thread([] { EXPECT_EQ(handler_memory_use.uses, 0u); }).join();
  other.deallocate(from_heap);
  EXPECT_EQ(handler_memory_use.busy, before.busy + 2);
  other.deallocate(second);
  one.deallocate(first);
  EXPECT_EQ(handler_memory_use.busy, before.busy);
  EXPECT_GE(handler_memory_use.most_busy, before.busy + 2);
}

TEST(HandlerMemoryTest, OperationsBetweenThreadsAreNotCounted) {
  HandlerMemory memory;
  HandlerAllocator<std::uint64_t, HandlerMemory, BegunBy::any_thread> allocator(memory);
  const HandlerMemoryUse before = handler_memory_use;
  std::uint64_t* block = nullptr;
  std::thread([&] {
    block = allocator.allocate(1);
    EXPECT_EQ(handler_memory_use.busy, 0u);
  }).join();
  EXPECT_TRUE(memory.busy());
  allocator.deallocate(block, 1);
  EXPECT_FALSE(memory.busy());
  EXPECT_EQ(handler_memory_use.busy, before.busy);
}

TEST(HandlerMemoryTest, BlockIsPartOfItsOwner) {
  HandlerMemory memory;
  void* const block = memory.allocate(1);
  EXPECT_GE(block, static_cast<void*>(&memory));
  EXPECT_LT(block, static_cast<void*>(&memory + 1));
  memory.deallocate(block);
}

TEST(HandlerMemoryTest, SimultaneousOperationsUseTheHeap) {
  HandlerMemory memory;
  void* const first = memory.allocate(8);
  void* const second = memory.allocate(8);
  EXPECT_NE(first, second);
  EXPECT_EQ(memory.fallbacks(), 1u);
  memory.deallocate(second);
  EXPECT_TRUE(memory.busy()) << "the first is still there";
  memory.deallocate(first);
  EXPECT_FALSE(memory.busy());
}

TEST(HandlerMemoryTest, LargeOperationsUseTheHeap) {
  HandlerMemory memory;
  void* const large = memory.allocate(HandlerMemory::capacity + 1);
  EXPECT_FALSE(memory.busy());
  EXPECT_EQ(memory.fallbacks(), 1u);
  memory.deallocate(large);
}

TEST(HandlerMemoryTest, CapacityIsAsLargeAsAsked) {
  HandlerMemoryOf<200> large;
  void* const block = large.allocate(200);
  EXPECT_EQ(large.fallbacks(), 0u);
  large.deallocate(block);
  EXPECT_LT(sizeof(HandlerMemory), sizeof(AsioHandlerMemory));
}

TEST(HandlerMemoryTest, MemoryIsAlignedForPointers) {
  struct Shifted {
    char shift = 0;
    HandlerMemory memory;
  } shifted;
  for (const std::size_t size : {std::size_t{1}, HandlerMemory::capacity, HandlerMemory::capacity + 1}) {
    void* const memory = shifted.memory.allocate(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % HandlerMemory::alignment, 0u) << size;
    shifted.memory.deallocate(memory);
  }
}

TEST(HandlerMemoryDeathTest, DestroyingBusyMemoryAsserts) {
  const auto destroy_busy = [] {
    auto memory = std::make_unique<HandlerMemory>();
    (void)memory->allocate(8);
    memory.reset();
  };
  EXPECT_DEBUG_DEATH(destroy_busy(), "busy_");
}

struct Operation {
  std::uint64_t words[4];
};

TEST(HandlerAllocatorTest, ReboundAllocatorsUseTheSameMemory) {
  HandlerMemory memory;
  const HandlerAllocator<std::byte> bytes(memory);
  using Traits = std::allocator_traits<HandlerAllocator<std::byte>>::rebind_traits<Operation>;
  Traits::allocator_type operations(bytes);
  Operation* const operation = Traits::allocate(operations, 1);
  EXPECT_TRUE(memory.busy());
  EXPECT_EQ(&operations.memory(), &memory);
  Traits::deallocate(operations, operation, 1);
  EXPECT_FALSE(memory.busy());
}

TEST(HandlerAllocatorTest, AllocatorsOfOneMemoryAreEqual) {
  HandlerMemory one;
  HandlerMemory other;
  EXPECT_TRUE(HandlerAllocator<int>(one) == HandlerAllocator<int>(one));
  EXPECT_TRUE(HandlerAllocator<int>(one) == HandlerAllocator<Operation>(one));
  EXPECT_TRUE(HandlerAllocator<int>(one) != HandlerAllocator<int>(other));
}

}  // namespace
}  // namespace duplexd
