#include "core/net/proxy_header/checksum.hpp"
#include "core/net/proxy_header/versions.hpp"
#include "core/net/proxy_header/wire.hpp"
#include "core/net/proxy_header/writing.hpp"

#include <array>
#include <limits>

namespace duplexd {
namespace {

using Text = std::pair<std::uint8_t, std::string_view>;

constexpr std::size_t longest_block = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t length_at = proxy_head_size - 2;
constexpr std::size_t tlv_head_size = 3;

/// The byte of the family, which all have with the protocol STREAM, as the addresses follow.
std::uint8_t family_byte(PeerAddress::Family family) noexcept {
  static constexpr std::array<std::uint8_t, 4> bytes{0x00, 0x11, 0x21, 0x31};
  return bytes[static_cast<std::size_t>(family)];
}

std::string_view ip_bytes(const PeerAddress& address, bool as_ipv4) noexcept {
  const std::string_view ip(reinterpret_cast<const char*>(address.ip().data()), address.ip().size());
  return as_ipv4 ? ip.substr(12) : ip;
}

void put_unix(ByteWriting& header, const SocketAddress& address) noexcept {
  std::array<char, sizeof(sockaddr_un::sun_path)> path{};
  const auto bytes = address.unix_path();
  bytes.copy(path.data() + (address.is_abstract() ? 1 : 0), path.size());
  header.put({path.data(), path.size()});
}

void put_both(ByteWriting& header, const ProxyIntroduction& introduction,
              PeerAddress::Family family) noexcept {
  using enum PeerAddress::Family;
  if (family == none) return;
  if (family == local) {
    put_unix(header, introduction.source);
    return put_unix(header, introduction.destination);
  }
  const PeerAddress source(introduction.source), destination(introduction.destination);
  header.put(ip_bytes(source, family == inet));
  header.put(ip_bytes(destination, family == inet));
  header.put_number(source.port(), 2);
  header.put_number(destination.port(), 2);
}

void put_tlv(ByteWriting& header, std::uint8_t type, std::string_view value) noexcept {
  header.put_number(type, 1);
  header.put_number(static_cast<std::uint32_t>(value.size()), 2);
  header.put(value);
}

void put_ssl(ByteWriting& header, const ProxySsl& ssl) noexcept {
  const std::array<Text, 5> texts{{{ProxyTlv::ssl_version, ssl.version},
                                   {ProxyTlv::ssl_common_name, ssl.common_name},
                                   {ProxyTlv::ssl_cipher, ssl.cipher},
                                   {ProxyTlv::ssl_signature_algorithm, ssl.signature_algorithm},
                                   {ProxyTlv::ssl_key_algorithm, ssl.key_algorithm}}};
  std::size_t size = 5;
  for (const auto& [type, text] : texts) size += text.empty() ? 0 : tlv_head_size + text.size();
  header.put_number(ProxyTlv::ssl, 1);
  header.put_number(static_cast<std::uint32_t>(size), 2);
  header.put_number((ssl.tls ? proxy_ssl_tls : 0u) | (ssl.certificate ? proxy_ssl_certificate : 0u) |
                        (ssl.session_certificate ? proxy_ssl_session_certificate : 0u),
                    1);
  header.put_number(ssl.verified ? 0 : 1, 4);
  for (const auto& [type, text] : texts)
    if (!text.empty()) put_tlv(header, type, text);
}

std::array<Text, 3> own_texts(const ProxyIntroduction& introduction) noexcept {
  return {{{ProxyTlv::alpn, introduction.alpn},
           {ProxyTlv::authority, introduction.authority},
           {ProxyTlv::unique_id, introduction.unique_id}}};
}

bool is_passed_on(std::uint8_t type, const ProxyIntroduction& introduction) noexcept {
  if (type == ProxyTlv::crc32c || type == ProxyTlv::noop) return false;
  if (type == ProxyTlv::ssl) return !introduction.ssl;
  for (const auto& [own, text] : own_texts(introduction))
    if (type == own) return text.empty();
  return true;
}

void put_tlvs(ByteWriting& header, const ProxyIntroduction& introduction) noexcept {
  for (const auto& [type, text] : own_texts(introduction))
    if (!text.empty()) put_tlv(header, type, text);
  if (introduction.ssl) put_ssl(header, *introduction.ssl);
  auto received = introduction.received;
  while (const auto tlv = take_tlv(received))
    if (is_passed_on(tlv->type, introduction)) put_tlv(header, tlv->type, tlv->value);
  if (introduction.checksum) put_tlv(header, ProxyTlv::crc32c, {"\0\0\0\0", checksum_size});
}

void set_number(std::span<std::byte> bytes, std::size_t number, std::size_t size) noexcept {
  ByteWriting(bytes).put_number(static_cast<std::uint32_t>(number), size);
}

}  // namespace

std::size_t write_proxy_v2(const ProxyIntroduction& introduction, std::span<std::byte> into) noexcept {
  const bool is_local = introduction.command == ProxyCommand::local;
  const auto family =
      is_local ? PeerAddress::Family::none
               : common_family(PeerAddress(introduction.source), PeerAddress(introduction.destination));
  ByteWriting header(into.first(std::min(into.size(), proxy_head_size + longest_block)));
  header.put(proxy_signature_v2);
  header.put_number(is_local ? 0x20 : 0x21, 1);
  header.put_number(family_byte(family), 1);
  header.put_number(0, 2);
  if (!is_local) {
    put_both(header, introduction, family);
    put_tlvs(header, introduction);
  }
  const auto written = header.written();
  if (written.empty()) return 0;
  set_number(into.subspan(length_at), written.size() - proxy_head_size, 2);
  if (introduction.checksum && !is_local) {
    const auto place = written.size() - checksum_size;
    set_number(into.subspan(place), checksum_of(written, place), checksum_size);
  }
  return written.size();
}

}  // namespace duplexd
