#include "core/net/proxy_header/checksum.hpp"

#include <boost/crc.hpp>

#include <array>

namespace duplexd {

std::uint32_t checksum_of(std::string_view header, std::size_t place) noexcept {
  constexpr std::array<char, checksum_size> zeros{};
  const auto rest = header.substr(place + checksum_size);
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(header.data(), place);
  crc.process_bytes(zeros.data(), zeros.size());
  crc.process_bytes(rest.data(), rest.size());
  return crc.checksum();
}

}  // namespace duplexd
