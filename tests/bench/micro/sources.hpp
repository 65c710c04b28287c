#pragma once

#include "core/memory/handler_memory.hpp"
#include "tests/bench/handler_memory/without_block.hpp"

namespace duplexd::bench {

// Where the memory of an operation can come from. Each is measured by the same code.

struct Chain {
  using Memory = HandlerMemory;
  template <class T>
  using Allocator = HandlerAllocator<T>;
};

template <class Source>
struct WithoutBlocks {
  using Memory = WithoutBlock;
  template <class T>
  using Allocator = WithoutBlockAllocator<T, Source>;
};

using Recycled = WithoutBlocks<Recycling>;
using Heap = WithoutBlocks<Malloc>;

}  // namespace duplexd::bench
