#include "core/listener/sources/source_hash.hpp"

#include <cstring>
#include <random>

namespace duplexd {

namespace {

std::uint64_t random_word() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

PeerAddress::Bytes cut_to(PeerAddress::Bytes ip, unsigned prefix) noexcept {
  for (unsigned bit = prefix; bit < 128; ++bit) ip[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
  return ip;
}

}  // namespace

SourceHash::SourceHash(unsigned ipv6_prefix)
    : ipv6_prefix_(ipv6_prefix), salt_{random_word(), random_word()} {}

std::uint64_t SourceHash::operator()(const PeerAddress& source) const noexcept {
  const bool is_ipv6 = source.family() == PeerAddress::Family::inet6;
  const unsigned prefix = is_ipv6 ? ipv6_prefix_.load(std::memory_order_relaxed) : 128;
  const PeerAddress::Bytes ip = cut_to(source.ip(), prefix);
  std::uint64_t halves[2];
  std::memcpy(halves, ip.data(), sizeof halves);
  return mix(mix(halves[0] ^ salt_[0]) ^ halves[1] ^ salt_[1]);
}

// The finalizer of MurmurHash3.
std::uint64_t SourceHash::mix(std::uint64_t x) noexcept {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

}  // namespace duplexd
