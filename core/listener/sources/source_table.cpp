#include "core/listener/sources/source_table.hpp"

#include <algorithm>

namespace duplexd {

namespace {

constexpr std::uint64_t count_mask = SourceSlots::count_mask;

}  // namespace

SourceTable::SourceTable(std::size_t most, std::size_t sources, unsigned ipv6_prefix)
    : most_(std::min<std::uint64_t>(most, count_mask)), hash_(ipv6_prefix), slots_(sources) {}

void SourceTable::set_most(std::size_t most) noexcept {
  most_.store(std::min<std::uint64_t>(most, count_mask), std::memory_order_relaxed);
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

SourceTable::Key SourceTable::key_of(const PeerAddress& source) const noexcept {
  const std::uint64_t hashed = hash_(source);
  return {std::max(hashed & ~count_mask, count_mask + 1), SourceHash::mix(hashed)};
}

bool SourceTable::has_room(Word word, Word most) noexcept { return (word & count_mask) < most; }

SourceTable::Use SourceTable::use_of(const PeerAddress& source) const noexcept {
  const Word most = most_.load(std::memory_order_relaxed);
  if (!source.is_ip()) return {.most = most, .counted = false};
  const auto [fingerprint, begin] = key_of(source);
  const Ticket slot = slots_.find(fingerprint, begin);
  if (slot == uncounted) return {.most = most, .counted = false};
  const Word word = slots_[slot].load(std::memory_order_relaxed);
  return {.sessions = word & count_mask, .most = most, .may = has_room(word, most)};
}

SourceTable::Ticket SourceTable::take(const PeerAddress& source, Word most) noexcept {
  if (!source.is_ip()) return uncounted;
  const auto [fingerprint, begin] = key_of(source);
  while (true) {
    const Ticket slot = slots_.find(fingerprint, begin);
    if (slot == uncounted) return uncounted;
    switch (try_add(slot, fingerprint, most)) {
      case Added::first:
        // Another worker may have begun with the source while this one looked for a free slot.
        if (slots_.find(fingerprint, begin) == slot) return slot;
        give_back(slot);
        break;
      case Added::another:
        return slot;
      case Added::refused:
        return refused;
      case Added::too_late:
        break;
    }
  }
}

SourceTable::Added SourceTable::try_add(Ticket slot, Word fingerprint, Word most) noexcept {
  std::atomic<Word>& held = slots_[slot];
  Word word = held.load(std::memory_order_relaxed);
  if (word != 0 && (word & ~count_mask) != fingerprint) return Added::too_late;
  if (!has_room(word, most)) return Added::refused;
  const Word next = fingerprint | ((word & count_mask) + 1);
  if (!held.compare_exchange_strong(word, next, std::memory_order_relaxed)) return Added::too_late;
  return word == 0 ? Added::first : Added::another;
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
