#pragma once

#include <cstdint>

namespace duplexd {

/// A number that looks like a random one, and is always the same for the same `x` (the finalizer of
/// splitmix64; G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, 2014).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace duplexd
