#include "core/net/tunnel/http_connect.hpp"

#include "core/net/address/decimal.hpp"
#include "core/net/byte_writing.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace duplexd {
namespace {

using enum TunnelAnswer::State;

constexpr std::string_view form = "HTTP/1.d ddd";  // d: a digit
constexpr std::size_t status_at = 9, status_digits = 3;
constexpr unsigned switching_protocols = 101;

void put_target(ByteWriting& request, const TunnelTarget& target) noexcept {
  const bool in_brackets = target.host.find(':') != target.host.npos;
  std::array<char, 5> port{};
  const auto end = std::to_chars(port.begin(), port.end(), target.port).ptr;
  request.put(in_brackets ? "[" : "");
  request.put(target.host);
  request.put(in_brackets ? "]:" : ":");
  request.put({port.data(), static_cast<std::size_t>(end - port.data())});
}

/// RFC 7617, section 2. Longer words than a Tunnel has are cut.
void put_login(ByteWriting& request, const Tunnel& tunnel) noexcept {
  constexpr std::size_t most = 2 * Tunnel::longest_word + 1;
  std::array<std::byte, most> plain;
  std::array<unsigned char, (most + 2) / 3 * 4 + 1> text;  // OpenSSL ends it with a NUL
  ByteWriting both(plain);
  both.put(std::string_view(tunnel.user).substr(0, Tunnel::longest_word));
  both.put(":");
  both.put(std::string_view(tunnel.password).substr(0, Tunnel::longest_word));
  const auto bytes = both.written();
  const int size = EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  request.put("Proxy-Authorization: Basic ");
  request.put({reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)});
  request.put("\r\n");
}

/// Whether it may be, or become, the first line of an answer.
bool has_form(std::string_view line) noexcept {
  const auto fits = [](char seen, char wanted) { return wanted == 'd' ? is_digit(seen) : seen == wanted; };
  const auto size = std::min(line.size(), form.size());
  const bool begins =
      std::equal(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size), form.begin(), fits);
  return begins && (line.size() <= form.size() ||
                    std::string_view(" \r\n").find(line[form.size()]) != std::string_view::npos);
}

unsigned status_of(std::string_view line) noexcept {
  unsigned status = 0;
  for (const char digit : line.substr(status_at, status_digits))
    status = 10 * status + static_cast<unsigned>(digit - '0');
  return status;
}

/// The words of a first line: "Forbidden".
std::string_view phrase_of(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.size(), form.size()));
  while (line.starts_with(' ')) line.remove_prefix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Behind the empty line that ends a header; none: it was not seen.
std::optional<std::size_t> end_of_header(std::string_view text) noexcept {
  for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', end + 1)) {
    const auto rest = text.substr(end + 1);
    if (rest.starts_with('\n')) return end + 2;
    if (rest.starts_with("\r\n")) return end + 3;
  }
  return std::nullopt;
}

TunnelAnswer longer(std::size_t seen) noexcept {
  if (seen < longest_connect_answer) return {};
  return {.state = broken, .words = "its answer is longer than 16 KiB"};
}

}  // namespace

std::size_t write_connect_request(const Tunnel& tunnel, const TunnelTarget& target,
                                  std::span<std::byte> into) noexcept {
  ByteWriting request(into);
  request.put("CONNECT ");
  put_target(request, target);
  request.put(" HTTP/1.1\r\nHost: ");
  put_target(request, target);
  request.put("\r\n");
  if (!tunnel.user.empty()) put_login(request, tunnel);
  request.put("\r\n");
  return request.written().size();
}

TunnelAnswer read_connect_answer(std::span<const std::byte> seen) noexcept {
  const std::string_view all(reinterpret_cast<const char*>(seen.data()),
                             std::min(seen.size(), longest_connect_answer));
  for (auto rest = all;;) {
    if (!has_form(rest)) return {.state = broken, .words = "its answer is not HTTP/1.1"};
    const auto line_end = rest.find('\n');
    if (line_end == rest.npos) return longer(all.size());
    const auto line = rest.substr(0, line_end);
    const unsigned status = status_of(line);
    const bool is_interim = status / 100 == 1 && status != switching_protocols;
    if (!is_interim && status / 100 != 2) return {.state = refused, .code = status, .words = phrase_of(line)};
    const auto header_end = end_of_header(rest);
    if (!header_end) return longer(all.size());
    rest.remove_prefix(*header_end);
    if (!is_interim) return {.state = yes, .size = all.size() - rest.size()};
  }
}

}  // namespace duplexd
