#pragma once

#include "tests/bench/handler_memory/without_block.hpp"

namespace duplexd {

/// Every operation from the heap, and back to it.
using HandlerMemory = bench::WithoutBlock;
template <class T>
using HandlerAllocator = bench::WithoutBlockAllocator<T, bench::Malloc>;

}  // namespace duplexd
