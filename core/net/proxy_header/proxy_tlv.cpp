#include "core/net/proxy_header/proxy_tlv.hpp"

#include "core/net/proxy_header/checksum.hpp"
#include "core/net/proxy_header/wire.hpp"

namespace duplexd {
namespace {

constexpr std::size_t head_size = 3;      // type and length
constexpr std::size_t ssl_head_size = 5;  // what the client showed, and whether it was verified

std::string_view fault_of(const ProxyTlv& tlv) noexcept {
  switch (tlv.type) {
    case ProxyTlv::crc32c:
      return tlv.value.size() == checksum_size ? "" : "the checksum has not four bytes";
    case ProxyTlv::unique_id:
      return tlv.value.size() <= longest_unique_id ? "" : "the unique id is longer than 128 bytes";
    case ProxyTlv::ssl:
      return read_proxy_ssl(tlv.value) ? "" : "what it says of TLS is cut off";
    default:
      return "";
  }
}

std::string_view* text_of(ProxySsl& ssl, std::uint8_t type) noexcept {
  switch (type) {
    case ProxyTlv::ssl_version:
      return &ssl.version;
    case ProxyTlv::ssl_common_name:
      return &ssl.common_name;
    case ProxyTlv::ssl_cipher:
      return &ssl.cipher;
    case ProxyTlv::ssl_signature_algorithm:
      return &ssl.signature_algorithm;
    case ProxyTlv::ssl_key_algorithm:
      return &ssl.key_algorithm;
    default:
      return nullptr;
  }
}

}  // namespace

std::optional<ProxyTlv> take_tlv(std::span<const std::byte>& tlvs) noexcept {
  const auto bytes = as_text(tlvs);
  if (bytes.size() < head_size) return std::nullopt;
  const std::size_t length = number_at(bytes, 1, 2);
  if (bytes.size() - head_size < length) return std::nullopt;
  tlvs = tlvs.subspan(head_size + length);
  return ProxyTlv{static_cast<std::uint8_t>(bytes[0]), bytes.substr(head_size, length)};
}

std::optional<std::string_view> find_tlv(std::span<const std::byte> tlvs, std::uint8_t type) noexcept {
  while (const auto tlv = take_tlv(tlvs))
    if (tlv->type == type) return tlv->value;
  return std::nullopt;
}

std::optional<ProxySsl> read_proxy_ssl(std::string_view value) noexcept {
  if (value.size() < ssl_head_size) return std::nullopt;
  const auto client = static_cast<std::uint8_t>(value[0]);
  ProxySsl ssl{.tls = (client & proxy_ssl_tls) != 0,
               .certificate = (client & proxy_ssl_certificate) != 0,
               .session_certificate = (client & proxy_ssl_session_certificate) != 0,
               .verified = number_at(value, 1, 4) == 0};
  auto rest = bytes_of(value.substr(ssl_head_size));
  while (const auto tlv = take_tlv(rest))
    if (auto* const text = text_of(ssl, tlv->type)) *text = tlv->value;
  if (!rest.empty()) return std::nullopt;
  return ssl;
}

std::string_view fault_of_tlvs(std::string_view header, std::size_t at) noexcept {
  std::optional<std::string_view> checksum;
  auto rest = bytes_of(header.substr(at));
  while (const auto tlv = take_tlv(rest)) {
    if (const auto fault = fault_of(*tlv); !fault.empty()) return fault;
    if (tlv->type != ProxyTlv::crc32c) continue;
    if (checksum) return "there are two checksums";
    checksum = tlv->value;
  }
  if (!rest.empty()) return "a field is cut off";
  if (!checksum) return "";
  const auto place = static_cast<std::size_t>(checksum->data() - header.data());
  return number_at(header, place, checksum_size) == checksum_of(header, place)
             ? ""
             : "the checksum does not match";
}

}  // namespace duplexd
