#include "core/listener/source_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace duplexd {

namespace {

constexpr unsigned count_bits = 24;
constexpr std::uint64_t count_mask = (std::uint64_t{1} << count_bits) - 1;
constexpr std::size_t window = 64;

std::uint64_t random_word() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

// The finalizer of MurmurHash3: every bit of the input reaches every bit of the result.
std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

std::size_t mask_for(std::size_t sources) noexcept {
  return std::bit_ceil(std::max(2 * std::min(sources, SourceTable::most_sources), window)) - 1;
}

PeerAddress::Bytes cut_to(PeerAddress::Bytes ip, unsigned prefix) noexcept {
  for (unsigned bit = prefix; bit < 128; ++bit) ip[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
  return ip;
}

}  // namespace

SourceTable::SourceTable(std::size_t most, std::size_t sources, unsigned ipv6_prefix)
    : most_(std::min<std::uint64_t>(most, count_mask)),
      ipv6_prefix_(ipv6_prefix),
      mask_(mask_for(sources)),
      salt_{random_word(), random_word()},
      slots_(std::make_unique<std::atomic<Word>[]>(mask_ + 1)) {}

void SourceTable::set_most(std::size_t most) noexcept {
  most_.store(std::min<std::uint64_t>(most, count_mask), std::memory_order_relaxed);
}

bool SourceTable::fits(std::size_t sources, unsigned ipv6_prefix) const noexcept {
  return mask_ == mask_for(sources) && ipv6_prefix_ == ipv6_prefix;
}

SourceTable::Ticket SourceTable::take(const PeerAddress& source) noexcept {
  if (!source.is_ip()) return uncounted;
  const std::uint64_t hashed = hash(source);
  const Word fingerprint = std::max(hashed & ~count_mask, count_mask + 1);
  // Again where another worker changed the slot between the look and the exchange.
  while (true) {
    const Ticket slot = find(fingerprint, mix(hashed));
    if (slot == uncounted) return uncounted;
    bool lost = false;
    const Ticket ticket = try_add(slot, fingerprint, lost);
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

SourceTable::Ticket SourceTable::try_add(std::size_t slot, Word fingerprint, bool& lost) noexcept {
  Word word = slots_[slot].load(std::memory_order_relaxed);
  if (word != 0 && (word & ~count_mask) != fingerprint) {
    lost = true;
    return uncounted;
  }
  if ((word & count_mask) >= most_.load(std::memory_order_relaxed)) return refused;
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

std::uint64_t SourceTable::hash(const PeerAddress& source) const noexcept {
  const unsigned prefix = source.family() == PeerAddress::Family::inet6 ? ipv6_prefix_ : 128;
  const PeerAddress::Bytes ip = cut_to(source.ip(), prefix);
  std::uint64_t halves[2];
  std::memcpy(halves, ip.data(), sizeof halves);
  return mix(mix(halves[0] ^ salt_[0]) ^ halves[1] ^ salt_[1]);
}

}  // namespace duplexd
