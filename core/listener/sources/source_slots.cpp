#include "core/listener/sources/source_slots.hpp"

#include <algorithm>
#include <bit>

namespace duplexd {

namespace {

constexpr std::size_t window = 64;

std::size_t slots_for(std::size_t sources) noexcept {
  return std::bit_ceil(std::max(2 * std::min(sources, SourceSlots::most_sources), window));
}

}  // namespace

static_assert((std::size_t{64} << 15) == 2 * SourceSlots::most_sources, "there is a part for every size");

SourceSlots::SourceSlots(std::size_t sources) { add(slots_for(sources)); }

void SourceSlots::grow(std::size_t sources) {
  const std::size_t size = slots_for(sources);
  if (size > newest().mask + 1) add(size);
}

void SourceSlots::add(std::size_t size) {
  const std::size_t count = count_.load(std::memory_order_relaxed);
  Part& part = parts_[count];
  part.words = std::make_unique<std::atomic<Word>[]>(size);
  part.mask = size - 1;
  if (count > 0) part.first = static_cast<Index>(parts_[count - 1].first + parts_[count - 1].mask + 1);
  count_.store(count + 1, std::memory_order_release);
}

// A new source goes into the newest part, which has room for all.
SourceSlots::Index SourceSlots::find(Word fingerprint, std::size_t begin) const noexcept {
  const std::size_t count = count_.load(std::memory_order_acquire);
  for (std::size_t i = count; i-- > 0;) {
    const Index held = parts_[i].find(fingerprint, ~count_mask, begin);
    if (held != none) return held;
  }
  return parts_[count - 1].find(0, ~Word{0}, begin);
}

SourceSlots::Index SourceSlots::Part::find(Word wanted, Word held, std::size_t begin) const noexcept {
  for (std::size_t i = 0; i < window; ++i) {
    const std::size_t slot = (begin + i) & mask;
    if ((words[slot].load(std::memory_order_relaxed) & held) == wanted)
      return static_cast<Index>(first + slot);
  }
  return none;
}

std::atomic<SourceSlots::Word>& SourceSlots::operator[](Index slot) const noexcept {
  std::size_t i = count_.load(std::memory_order_acquire) - 1;
  while (slot < parts_[i].first) --i;
  return parts_[i].words[slot - parts_[i].first];
}

}  // namespace duplexd
