#include "core/net/tunnel/tunnel_talk.hpp"

#include "core/net/tunnel/http_connect.hpp"
#include "core/net/tunnel/socks5.hpp"

namespace duplexd {

static_assert(TunnelTalk::most_heard == longest_connect_answer, "answers of SOCKS5 are shorter");

TunnelTalk::TunnelTalk(const Tunnel& tunnel, const TunnelTarget& target) noexcept
    : tunnel_(tunnel),
      target_(target),
      step_(tunnel.protocol == TunnelProtocol::socks5 ? Step::methods : Step::connect) {}

std::size_t TunnelTalk::ask(std::span<std::byte> into) const noexcept {
  switch (step_) {
    case Step::methods:
      return write_socks_methods(!tunnel_.user.empty(), into);
    case Step::login:
      return write_socks_login(tunnel_, into);
    case Step::request:
      return write_socks_request(target_, into);
    case Step::connect:
      return write_connect_request(tunnel_, target_, into);
    case Step::done:
      break;
  }
  return 0;
}

TunnelAnswer TunnelTalk::hear(std::span<const std::byte> seen) noexcept {
  const TunnelAnswer answer = read(seen);
  if (answer.state != TunnelAnswer::State::yes) return answer;
  if (step_ == Step::methods)
    step_ = answer.code == socks_user_login ? Step::login : Step::request;
  else
    step_ = step_ == Step::login ? Step::request : Step::done;
  return answer;
}

TunnelAnswer TunnelTalk::read(std::span<const std::byte> seen) const noexcept {
  switch (step_) {
    case Step::methods:
      return read_socks_method(seen, !tunnel_.user.empty());
    case Step::login:
      return read_socks_login(seen);
    case Step::request:
      return read_socks_reply(seen);
    case Step::connect:
      return read_connect_answer(seen);
    case Step::done:
      break;
  }
  return {.state = TunnelAnswer::State::yes};
}

}  // namespace duplexd
