#include "core/net/tunnel/tunnel.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace duplexd {
namespace {

/// A text that ends where there is no room. What is not printable is a question mark in it.
class CutText {
 public:
  explicit CutText(std::span<char> into) noexcept : into_(into) {}

  void put(std::string_view text) noexcept {
    for (const char c : text.substr(0, into_.size() - size_)) into_[size_++] = c < ' ' || c > '~' ? '?' : c;
  }
  std::string_view view() const noexcept { return {into_.data(), size_}; }

 private:
  std::span<char> into_;
  std::size_t size_ = 0;
};

}  // namespace

TunnelTarget tunnel_target(std::string_view endpoint, std::uint16_t clients_port) noexcept {
  const auto colon = endpoint.rfind(':');
  if (colon == endpoint.npos) return {.host = endpoint, .port = clients_port};
  TunnelTarget target{.host = endpoint.substr(0, colon), .port = clients_port};
  const auto port = endpoint.substr(colon + 1);
  (void)std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (target.host.starts_with('[')) target.host = target.host.substr(1, target.host.find(']') - 1);
  return target;
}

std::string_view write_words(TunnelProtocol protocol, const TunnelAnswer& answer,
                             std::span<char> into) noexcept {
  CutText text(into);
  if (answer.code != 0) {
    std::array<char, 10> code{};
    const auto end = std::to_chars(code.begin(), code.end(), answer.code).ptr;
    text.put(protocol == TunnelProtocol::socks5 ? "SOCKS5 reply " : "HTTP status ");
    text.put({code.data(), static_cast<std::size_t>(end - code.data())});
    text.put(": ");
  }
  text.put(answer.words);
  return text.view();
}

}  // namespace duplexd
