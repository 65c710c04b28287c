#pragma once

#include "core/memory/handler_memory.hpp"
#include "tests/bench/handler_memory/without_block.hpp"

#include <boost/asio/recycling_allocator.hpp>

#include <cstddef>

namespace duplexd::bench {

// Where the memory of an operation can come from. Each is measured by the same code.

struct Chain {
  using Memory = HandlerMemory;
  template <class T>
  using Allocator = HandlerAllocator<T>;
};

struct Recycling {
  using Memory = WithoutBlock;
  template <class T>
  using Allocator = WithoutBlockAllocator<T, boost::asio::recycling_allocator<std::byte>>;
};

struct Heap {
  using Memory = WithoutBlock;
  template <class T>
  using Allocator = WithoutBlockAllocator<T, Malloc>;
};

}  // namespace duplexd::bench
