#include "core/upstream/policies/maglev.hpp"

#include "core/upstream/policies/mix.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

namespace duplexd {
namespace {

constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed) {
  for (const char byte : bytes) seed = mix(seed ^ static_cast<unsigned char>(byte));
  return seed;
}

// The entries that a member would like to have, the dearest first: all of the table, in an order of its own.
class Preferences {
 public:
  Preferences(std::string_view text, std::uint64_t size) : size_(size) {
    next_ = hash_of(text, 1) % size;
    step_ = hash_of(text, 2) % (size - 1) + 1;
  }
  std::uint64_t take() {
    const std::uint64_t entry = next_;
    next_ = (next_ + step_) % size_;
    return entry;
  }

 private:
  std::uint64_t size_, next_, step_;
};

std::size_t size_for(std::size_t members) {
  constexpr std::size_t primes[] = {65'537, 655'373, 6'553'621};
  const auto fits = std::ranges::find_if(primes, [&](std::size_t prime) { return prime >= 100 * members; });
  return fits == std::end(primes) ? primes[2] : *fits;
}

/// A member, and what every process calls it.
struct Chooser {
  std::string text;
  std::uint32_t index;
};

// Answers of name servers come in any order.
std::vector<Chooser> in_order_of_text(std::span<const PoolMember> members) {
  std::vector<Chooser> choosers;
  choosers.reserve(members.size());
  for (std::uint32_t i = 0; i < members.size(); ++i)
    choosers.push_back({members[i].endpoint->address.to_string(), i});
  std::ranges::stable_sort(choosers, {}, &Chooser::text);
  return choosers;
}

float greatest_share(std::span<const PoolMember> members) {
  return std::ranges::max_element(members, {}, &PoolMember::share)->share;
}

}  // namespace

// In each round the members choose one after the other, those of smaller shares not in every round.
std::vector<std::uint32_t> maglev_table(std::span<const PoolMember> members) {
  if (members.empty()) return {};
  std::vector<std::uint32_t> table(size_for(members.size()), nobody);
  const std::vector<Chooser> choosers = in_order_of_text(members);
  std::vector<Preferences> preferences;
  preferences.reserve(members.size());
  for (const Chooser& chooser : choosers) preferences.emplace_back(chooser.text, table.size());
  std::vector<float> credit(members.size(), 0);
  const float greatest = greatest_share(members);
  for (std::size_t left = table.size();;) {
    for (std::size_t i = 0; i < choosers.size(); ++i) {
      credit[i] += members[choosers[i].index].share / greatest;
      if (credit[i] < 1) continue;
      credit[i] -= 1;
      std::uint64_t entry = preferences[i].take();
      while (table[entry] != nobody) entry = preferences[i].take();
      table[entry] = choosers[i].index;
      if (--left == 0) return table;
    }
  }
}

}  // namespace duplexd
