// Section 2.1 of proxy-protocol.txt: "PROXY TCP4 192.0.2.1 198.51.100.1 51234 443\r\n".
#include "core/net/address/address_text.hpp"
#include "core/net/address/decimal.hpp"
#include "core/net/proxy_header/versions.hpp"

#include <limits>
#include <optional>

namespace duplexd {
namespace {

using State = ProxyReading::State;

/// Takes the next word off the line; "" unless exactly one space is before it.
std::string_view take_word(std::string_view& line) noexcept {
  if (!line.starts_with(' ')) return {};
  line.remove_prefix(1);
  const auto word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::optional<PeerAddress::Bytes> parse_ip_of(std::string_view family, std::string_view text) noexcept {
  const bool is_ipv6 = text.find(':') != text.npos;
  return is_ipv6 == (family == "TCP6") ? parse_ip(text) : std::nullopt;
}

std::optional<std::uint16_t> parse_port_word(std::string_view text) noexcept {
  const auto port = parse_decimal(text);
  if (!port || *port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

/// `line` is what follows "PROXY TCP4" or "PROXY TCP6".
ProxyReading read_addresses(std::string_view line, std::string_view family, std::size_t size) noexcept {
  const auto source = parse_ip_of(family, take_word(line));
  if (!source) return broken_proxy("the source is no address of its family");
  const auto destination = parse_ip_of(family, take_word(line));
  if (!destination) return broken_proxy("the destination is no address of its family");
  const auto source_port = parse_port_word(take_word(line));
  const auto destination_port = parse_port_word(take_word(line));
  if (!source_port || !destination_port) return broken_proxy("a port is no number up to 65535");
  if (!line.empty()) return broken_proxy("something follows the ports");
  return {.state = State::header,
          .header = {.source = socket_address(*source, *source_port),
                     .destination = socket_address(*destination, *destination_port),
                     .size = size}};
}

}  // namespace

ProxyReading read_proxy_v1(std::string_view seen) noexcept {
  const auto end = seen.substr(0, longest_proxy_line).find_first_of("\r\n");
  if (end == seen.npos && seen.size() < longest_proxy_line) return {.state = State::more};
  if (end == seen.npos || end + 1 == longest_proxy_line)
    return broken_proxy("the line is longer than 107 bytes");
  if (seen[end] == '\n') return broken_proxy("the line does not end with CR and LF");
  if (end + 1 == seen.size()) return {.state = State::more};
  if (seen[end + 1] != '\n') return broken_proxy("the line does not end with CR and LF");

  auto line = seen.substr(proxy_signature_v1.size(), end - proxy_signature_v1.size());
  const auto family = take_word(line);
  if (family == "UNKNOWN") return {.state = State::header, .header = {.size = end + 2}};
  if (family != "TCP4" && family != "TCP6") return broken_proxy("it names no known protocol");
  return read_addresses(line, family, end + 2);
}

}  // namespace duplexd
