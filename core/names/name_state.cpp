#include "core/names/name_state.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace duplexd {
namespace {

bool is_before(const SocketAddress& a, const SocketAddress& b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::memcmp(a.data(), b.data(), a.size()) < 0;
}

// Name servers rotate their answers: another order is no change.
void put_in_order(std::vector<SocketAddress>& addresses) noexcept {
  for (SocketAddress& address : addresses) address.set_port(0);
  std::ranges::sort(addresses, is_before);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

void put_in_order(std::optional<std::vector<ServiceTarget>>& targets) noexcept {
  if (!targets) return;
  std::ranges::sort(*targets);
  targets->erase(std::unique(targets->begin(), targets->end()), targets->end());
}

// Without memory nothing is learnt.
void keep_lost_family(NameAnswer& answer, const NameState& state) noexcept try {
  for (const SocketAddress& address : state.addresses)
    if (address.family() == answer.lost_family) answer.addresses.push_back(address);
} catch (const std::bad_alloc&) {
  answer = {{}, out_of_memory};
}

}  // namespace

bool learn(NameState& state, NameAnswer answer, std::chrono::system_clock::time_point now) noexcept {
  if (answer.lost_family) keep_lost_family(answer, state);
  if (answer.addresses.empty() && !answer.targets && answer.failure.empty())
    answer.failure = "the name has no address";
  const bool is_first = !std::exchange(state.answered, true);
  const bool failed_before = !std::exchange(state.failure, answer.failure).empty();
  const bool fails = !state.failure.empty();
  const bool has_turned = is_first || fails != failed_before;
  if (fails) state.failed = now;
  if (fails && !answer.lost_family) return has_turned;
  put_in_order(answer.addresses);
  put_in_order(answer.targets);
  if (answer.addresses == state.addresses && answer.targets == state.targets) return has_turned;
  state.addresses = std::move(answer.addresses);
  state.targets = std::move(answer.targets);
  state.changed = now;
  return true;
}

void begin_with(NameState& state, NameRecord record) noexcept {
  put_in_order(record.addresses);
  put_in_order(record.targets);
  state.addresses = std::move(record.addresses);
  state.targets = std::move(record.targets);
}

bool is_known(const NameState& state) noexcept { return !state.addresses.empty() || state.targets; }

}  // namespace duplexd
