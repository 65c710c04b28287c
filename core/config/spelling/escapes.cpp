#include "core/config/spelling/escapes.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <system_error>

namespace duplexd {
namespace {

struct Escape {
  char letter, byte;
};
constexpr std::array escapes{Escape{'r', '\r'}, Escape{'n', '\n'}, Escape{'t', '\t'}, Escape{'\\', '\\'}};

std::optional<char> hex_byte(std::string_view text) {
  unsigned value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 2 || parsed.ec != std::errc{} || parsed.ptr != text.data() + 2) return std::nullopt;
  return static_cast<char>(value);
}

/// Takes what is behind a backslash off `text`.
std::optional<char> take_escape(std::string_view& text) {
  const auto taken = text.substr(0, text.starts_with('x') ? 3 : 1);
  text.remove_prefix(taken.size());
  if (taken.starts_with('x')) return hex_byte(taken.substr(1));
  for (const auto& [letter, byte] : escapes)
    if (taken.starts_with(letter)) return byte;
  return std::nullopt;
}

}  // namespace

Parsed<std::string> unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const auto byte = c == '\\' ? take_escape(text) : c;
    if (!byte) return ParseError{R"(has a backslash that is not part of \r, \n, \t, \\ or \xNN)"};
    bytes += *byte;
  }
  return parsed_text(std::move(bytes));
}

std::string escape(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    if (c == '\\')
      text += "\\\\";
    else if (value < 0x20 || value >= 0x7f)
      text += fmt::format("\\x{:02x}", value);
    else
      text += c;
  }
  return text;
}

Parsed<std::string> from_hex(std::string_view text) {
  std::string bytes;
  for (; !text.empty(); text.remove_prefix(2)) {
    const auto byte = hex_byte(text.substr(0, 2));
    if (!byte) return ParseError{"is not made of pairs of hexadecimal digits"};
    bytes += *byte;
  }
  return parsed_text(std::move(bytes));
}

}  // namespace duplexd
