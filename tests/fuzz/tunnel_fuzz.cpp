// What a proxy says until its tunnel is there. Pieces decide as the whole does, and no byte of what follows
// is taken. The first byte chooses the protocol and whether there is a user.
#include "core/net/tunnel/tunnel_talk.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

namespace {

using namespace duplexd;
using State = TunnelAnswer::State;
using Bytes = std::span<const std::byte>;

constexpr std::size_t most = 1024;  // every prefix is read from its beginning

void expect(bool holds) {
  if (!holds) std::abort();
}

bool same(const TunnelAnswer& a, const TunnelAnswer& b) {
  return a.state == b.state && a.size == b.size && a.code == b.code && a.words == b.words;
}

/// What the first piece says that decides; that of all bytes if none does.
TunnelAnswer hear_bytewise(TunnelTalk& talk, Bytes bytes) {
  for (std::size_t size = 0; size < bytes.size(); ++size)
    if (const auto answer = talk.hear(bytes.first(size)); answer.state != State::more) return answer;
  return talk.hear(bytes);
}

void check_form(const TunnelAnswer& answer, TunnelProtocol protocol, Bytes seen) {
  expect(answer.size <= seen.size() && (answer.size > 0) == (answer.state == State::yes));
  expect(answer.words.empty() || answer.state == State::refused || answer.state == State::broken);
  expect(answer.state != State::more || seen.size() < TunnelTalk::most_heard);
  std::array<char, 40> into;
  const auto words = write_words(protocol, answer, into);
  expect(std::ranges::all_of(words, [](char c) { return c >= ' ' && c <= '~'; }));
}

void check_question(const TunnelTalk& talk) {
  std::array<std::byte, TunnelTalk::most_asked> into;
  const std::size_t size = talk.ask(into);
  expect(size > 0 && size <= into.size());
  expect(talk.ask(std::span(into).first(size - 1)) == 0);
  expect(talk.ask(std::span(into).first(size)) == size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const Tunnel tunnel{choice & 1 ? TunnelProtocol::connect : TunnelProtocol::socks5, choice & 2 ? "user" : "",
                      "password"};
  const std::array<std::string_view, 3> hosts{"db.internal", "10.0.0.1", "2001:db8::1"};
  TunnelTalk talk(tunnel, {hosts[(choice >> 2) % hosts.size()], 443});
  auto bytes = std::as_bytes(std::span(data, std::min(size, most))).subspan(1);
  while (!talk.done()) {
    check_question(talk);
    TunnelTalk slow = talk;
    const auto answer = talk.hear(bytes);
    expect(same(answer, hear_bytewise(slow, bytes)) && slow.done() == talk.done());
    check_form(answer, tunnel.protocol, bytes);
    if (answer.state != State::yes) return 0;
    bytes = bytes.subspan(answer.size);
  }
  return 0;
}
