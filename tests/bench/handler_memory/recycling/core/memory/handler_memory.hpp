#pragma once

#include "tests/bench/handler_memory/without_block.hpp"

namespace duplexd {

/// As if no handler had an allocator, on a thread of Asio's.
using WaitMemory = bench::WithoutBlock;
using HandlerMemory = bench::WithoutBlock;
using AsioHandlerMemory = bench::WithoutBlock;
template <class T, class Memory = HandlerMemory>
using HandlerAllocator = bench::WithoutBlockAllocator<T, bench::Recycling>;

}  // namespace duplexd
