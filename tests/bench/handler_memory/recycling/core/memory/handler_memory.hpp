#pragma once

#include "tests/bench/handler_memory/without_block.hpp"

#include <boost/asio/recycling_allocator.hpp>

#include <cstddef>

namespace duplexd {

/// As if no handler had an allocator: Asio keeps the last two blocks of each thread for the next operation,
/// and takes all others from the heap.
using HandlerMemory = bench::WithoutBlock;
template <class T>
using HandlerAllocator = bench::WithoutBlockAllocator<T, boost::asio::recycling_allocator<std::byte>>;

}  // namespace duplexd
