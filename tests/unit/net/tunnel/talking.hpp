#pragma once

#include "core/net/tunnel/tunnel_talk.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

using Heard = TunnelAnswer::State;

inline std::span<const std::byte> as_heard(std::string_view bytes) { return std::as_bytes(std::span(bytes)); }

/// What the proxy is asked now.
inline std::string talk_asks(const TunnelTalk& talk) {
  std::array<std::byte, TunnelTalk::most_asked> into;
  return {reinterpret_cast<const char*>(into.data()), talk.ask(into)};
}

inline TunnelAnswer talk_hears(TunnelTalk& talk, std::string_view bytes) {
  return talk.hear(as_heard(bytes));
}

inline std::string talk_words(TunnelProtocol protocol, const TunnelAnswer& answer) {
  std::array<char, 127> into;
  return std::string(write_words(protocol, answer, into));
}

}  // namespace duplexd
