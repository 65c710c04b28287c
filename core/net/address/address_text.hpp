#pragma once

#include "core/net/address/address.hpp"
#include "core/net/address/parsed.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace duplexd {

/// The parts of "host:port" or "[host]:port"; views into the text that was split. Each may be empty.
struct AddressText {
  std::string_view host;
  std::string_view port;
  bool in_brackets = false;
};

inline constexpr std::string_view unix_prefix = "unix:";

Parsed<AddressText> split_address(std::string_view text);
Parsed<std::uint16_t> parse_port(std::string_view text);
Parsed<SocketAddress> parse_ip_address(const AddressText& text, std::uint16_t port);

/// The text for an error message: in quotes, cut where it is very long, unprintable bytes as \xNN.
std::string quoted(std::string_view text);

}  // namespace duplexd
