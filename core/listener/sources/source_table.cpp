#include "core/listener/sources/source_table.hpp"

#include <algorithm>
#include <bit>

namespace duplexd {

namespace {

constexpr unsigned count_bits = 24;
constexpr std::uint64_t count_mask = (std::uint64_t{1} << count_bits) - 1;
constexpr std::size_t window = 64;

std::size_t mask_for(std::size_t sources) noexcept {
  return std::bit_ceil(std::max(2 * std::min(sources, SourceTable::most_sources), window)) - 1;
}

}  // namespace

SourceTable::SourceTable(std::size_t most, std::size_t sources, unsigned ipv6_prefix)
    : most_(std::min<std::uint64_t>(most, count_mask)),
      hash_(ipv6_prefix),
      mask_(mask_for(sources)),
      slots_(std::make_unique<std::atomic<Word>[]>(mask_ + 1)) {}

void SourceTable::set_most(std::size_t most) noexcept {
  most_.store(std::min<std::uint64_t>(most, count_mask), std::memory_order_relaxed);
}

bool SourceTable::fits(std::size_t sources, unsigned ipv6_prefix) const noexcept {
  return mask_ == mask_for(sources) && hash_.ipv6_prefix() == ipv6_prefix;
}

SourceTable::Ticket SourceTable::take(const PeerAddress& source) noexcept {
  return take(source, most_.load(std::memory_order_relaxed));
}

SourceTable::Ticket SourceTable::take_beyond(const PeerAddress& source, bool& beyond) noexcept {
  const Ticket ticket = take(source);
  beyond = ticket == refused;
  if (!beyond) return ticket;
  const Ticket counted = take(source, count_mask);
  return counted == refused ? uncounted : counted;
}

SourceTable::Ticket SourceTable::take(const PeerAddress& source, Word most) noexcept {
  if (!source.is_ip()) return uncounted;
  const std::uint64_t hashed = hash_(source);
  const Word fingerprint = std::max(hashed & ~count_mask, count_mask + 1);
  // Again where another worker changed the slot between the look and the exchange.
  while (true) {
    const Ticket slot = find(fingerprint, SourceHash::mix(hashed));
    if (slot == uncounted) return uncounted;
    bool lost = false;
    const Ticket ticket = try_add(slot, fingerprint, most, lost);
    if (!lost) return ticket;
  }
}

// The slot that holds the fingerprint, else the first free one of its window.
SourceTable::Ticket SourceTable::find(Word fingerprint, std::size_t begin) noexcept {
  Ticket free = uncounted;
  for (std::size_t i = 0; i < window; ++i) {
    const std::size_t slot = (begin + i) & mask_;
    const Word word = slots_[slot].load(std::memory_order_relaxed);
    if ((word & ~count_mask) == fingerprint) return static_cast<Ticket>(slot);
    if (word == 0 && free == uncounted) free = static_cast<Ticket>(slot);
  }
  return free;
}

SourceTable::Ticket SourceTable::try_add(std::size_t slot, Word fingerprint, Word most, bool& lost) noexcept {
  Word word = slots_[slot].load(std::memory_order_relaxed);
  if (word != 0 && (word & ~count_mask) != fingerprint) {
    lost = true;
    return uncounted;
  }
  if ((word & count_mask) >= most) return refused;
  const Word next = fingerprint | ((word & count_mask) + 1);
  lost = !slots_[slot].compare_exchange_strong(word, next, std::memory_order_relaxed);
  return static_cast<Ticket>(slot);
}

void SourceTable::give_back(Ticket ticket) noexcept {
  if (ticket == uncounted) return;
  std::atomic<Word>& slot = slots_[ticket];
  Word word = slot.load(std::memory_order_relaxed);
  while (
      !slot.compare_exchange_weak(word, (word & count_mask) == 1 ? 0 : word - 1, std::memory_order_relaxed)) {
  }
}

}  // namespace duplexd
