#include "core/net/proxy_header/versions.hpp"
#include "core/net/proxy_header/writing.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>

namespace duplexd {
namespace {

constexpr std::size_t ipv4_at = 12;  // in the bytes of a PeerAddress

void put_ip(ByteWriting& line, const PeerAddress& address, bool as_ipv4) noexcept {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(as_ipv4 ? AF_INET : AF_INET6, address.ip().data() + (as_ipv4 ? ipv4_at : 0), text.data(),
              text.size());
  line.put(text.data());
}

void put_port(ByteWriting& line, const PeerAddress& address) noexcept {
  std::array<char, 5> text{};
  const auto end = std::to_chars(text.begin(), text.end(), address.port()).ptr;
  line.put({text.data(), static_cast<std::size_t>(end - text.data())});
}

void put_addresses(ByteWriting& line, const PeerAddress& source, const PeerAddress& destination,
                   bool as_ipv4) noexcept {
  line.put(as_ipv4 ? " TCP4 " : " TCP6 ");
  put_ip(line, source, as_ipv4);
  line.put(" ");
  put_ip(line, destination, as_ipv4);
  line.put(" ");
  put_port(line, source);
  line.put(" ");
  put_port(line, destination);
}

}  // namespace

std::size_t write_proxy_v1(const ProxyIntroduction& introduction, std::span<std::byte> into) noexcept {
  const PeerAddress source(introduction.source), destination(introduction.destination);
  const auto family = common_family(source, destination);
  const bool is_ip = family == PeerAddress::Family::inet || family == PeerAddress::Family::inet6;
  ByteWriting line(into);
  line.put(proxy_signature_v1);
  if (is_ip && introduction.command == ProxyCommand::proxy)
    put_addresses(line, source, destination, family == PeerAddress::Family::inet);
  else
    line.put(" UNKNOWN");
  line.put("\r\n");
  return line.written().size();
}

}  // namespace duplexd
