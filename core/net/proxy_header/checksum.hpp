#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace duplexd {

inline constexpr std::size_t checksum_size = 4;

/// CRC32c (RFC 4960, appendix B) of a header whose checksum, at `place`, counts as zeros.
std::uint32_t checksum_of(std::string_view header, std::size_t place) noexcept;

}  // namespace duplexd
