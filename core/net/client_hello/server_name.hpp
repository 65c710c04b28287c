#pragma once

#include <cstddef>
#include <string_view>

namespace duplexd {

/// A host name has at most so many characters without a final dot (RFC 1035, section 2.3.4).
inline constexpr std::size_t longest_host_name = 253;

/// Letters of ASCII only: other bytes stay as they are.
constexpr char to_lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether the name, in lower case and without a final dot, can be that of a host: labels of 1 to 63 letters,
/// digits, '-' and '_', which DNS has, too.
bool is_host_name(std::string_view name) noexcept;

/// Whether the text is an address where a host name is expected: "192.0.2.1", "2001:db8::1", "[2001:db8::1]".
bool is_ip_literal(std::string_view text) noexcept;

}  // namespace duplexd
