#pragma once

#include "core/memory/handler_memory.hpp"

#include <cstddef>
#include <utility>

namespace duplexd {

/// A completion handler that calls `function`, and lends its operations `memory`: one of them at a time. The
/// memory outlives them.
template <class Function, class Memory>
class WithMemory {
 public:
  using allocator_type = HandlerAllocator<std::byte, Memory>;

  WithMemory(Memory& memory, Function function) : memory_(&memory), function_(std::move(function)) {}

  allocator_type get_allocator() const noexcept { return allocator_type(*memory_); }

  template <class... Arguments>
  void operator()(Arguments&&... arguments) {
    function_(std::forward<Arguments>(arguments)...);
  }

 private:
  Memory* memory_;
  Function function_;
};

}  // namespace duplexd
