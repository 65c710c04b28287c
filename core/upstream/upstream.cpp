#include "core/upstream/upstream.hpp"

#include "core/upstream/round_robin.hpp"

#include <sys/socket.h>

namespace duplexd {

const Pool::Member* Upstream::choose(std::uint64_t turn, const Tried& tried) const noexcept {
  if (tried.full()) return nullptr;
  switch (config().balance) {
    case Balance::round_robin:
      return round_robin(*pool_, turn, tried);
  }
  return nullptr;
}

std::uint32_t Upstream::take_source_turn(int family) noexcept {
  return source_turns_[family == AF_INET6 ? 1 : 0]++;
}

}  // namespace duplexd
