// The first bytes of a connection as a PROXY header. Pieces decide as the whole does, and what is written of
// a header reads as that header.
#include "core/net/proxy_header/proxy_introduction.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace {

using namespace duplexd;
using State = ProxyReading::State;
using Bytes = std::span<const std::byte>;

constexpr std::size_t most = 2048;
constexpr std::size_t checksum = 7;  // bytes that writing adds

void expect(bool holds) {
  if (!holds) std::abort();
}

bool same(const ProxyReading& a, const ProxyReading& b) {
  return a.state == b.state && a.reason == b.reason && a.header.command == b.header.command &&
         a.header.source == b.header.source && a.header.destination == b.header.destination &&
         a.header.size == b.header.size && a.header.tlvs.data() == b.header.tlvs.data() &&
         a.header.tlvs.size() == b.header.tlvs.size();
}

ProxyReading read_bytewise(Bytes bytes) {
  for (std::size_t size = 0; size < bytes.size(); ++size)
    if (auto reading = read_proxy_header(bytes.first(size), most); reading.state != State::more)
      return reading;
  return read_proxy_header(bytes, most);
}

void check_form(const ProxyReading& reading, Bytes bytes) {
  const auto& [command, source, destination, size, tlvs] = reading.header;
  const bool is_header = reading.state == State::header;
  expect(reading.reason.empty() == (reading.state != State::broken));
  expect(size <= bytes.size() && size <= most && (size > 0) == is_header);
  expect(tlvs.empty() || tlvs.data() + tlvs.size() == bytes.data() + size);
  expect((source.size() == 0) == (destination.size() == 0));
}

std::string_view text(Bytes tlvs, std::uint8_t type) { return find_tlv(tlvs, type).value_or(""); }

ProxyIntroduction introduction_of(const ProxyHeader& header) {
  ProxyIntroduction again{.command = header.command,
                          .source = header.source,
                          .destination = header.destination,
                          .unique_id = text(header.tlvs, ProxyTlv::unique_id),
                          .authority = text(header.tlvs, ProxyTlv::authority),
                          .alpn = text(header.tlvs, ProxyTlv::alpn),
                          .received = header.tlvs,
                          .checksum = true};
  if (const auto ssl = find_tlv(header.tlvs, ProxyTlv::ssl)) again.ssl = read_proxy_ssl(*ssl);
  return again;
}

void check_same(const ProxyIntroduction& was, const ProxyHeader& header) {
  expect(header.command == was.command && header.source == was.source);
  expect(header.destination == was.destination);
  if (was.command == ProxyCommand::local) return;
  const auto is = introduction_of(header);
  expect(is.unique_id == was.unique_id && is.authority == was.authority && is.alpn == was.alpn);
  expect(is.ssl == was.ssl && find_tlv(header.tlvs, ProxyTlv::crc32c));
  expect(text(header.tlvs, ProxyTlv::netns) == text(was.received, ProxyTlv::netns));
}

void check_block(const ProxyHeader& header) {
  std::array<std::byte, most + plain_proxy_header + checksum> into;
  const auto introduction = introduction_of(header);
  const auto size = write_proxy_header(ProxyVersion::v2, introduction, into);
  const auto reading = read_proxy_header(std::span(into).first(size), into.size());
  expect(reading.state == State::header && reading.header.size == size);
  check_same(introduction, reading.header);
  std::array<std::byte, most> small;
  expect(write_proxy_header(ProxyVersion::v2, introduction,
                            std::span(small).first(std::min(size - 1, most))) == 0);
}

void check_line(const ProxyHeader& header) {
  std::array<std::byte, 107> into;
  const auto size = write_proxy_header(ProxyVersion::v1, introduction_of(header), into);
  const auto reading = read_proxy_header(std::span(into).first(size), most);
  expect(reading.state == State::header && reading.header.size == size);
  const bool is_said = reading.header.source.size() != 0;
  expect(is_said == PeerAddress(header.source).is_ip());
  expect(!is_said ||
         (reading.header.source == header.source && reading.header.destination == header.destination));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto whole = read_proxy_header(bytes, most);
  expect(same(whole, read_bytewise(bytes)));
  check_form(whole, bytes);
  if (whole.state != State::header) return 0;
  check_block(whole.header);
  check_line(whole.header);
  return 0;
}
