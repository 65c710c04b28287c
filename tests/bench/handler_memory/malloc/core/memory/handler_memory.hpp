#pragma once

#include "tests/bench/handler_memory/without_block.hpp"

namespace duplexd {

/// Takes every operation from the heap.
using WaitMemory = bench::WithoutBlock;
using HandlerMemory = bench::WithoutBlock;
using AsioHandlerMemory = bench::WithoutBlock;
template <class T, class Memory = HandlerMemory>
using HandlerAllocator = bench::WithoutBlockAllocator<T, bench::Malloc>;

}  // namespace duplexd
