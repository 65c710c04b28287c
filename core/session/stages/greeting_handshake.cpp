// The TLS handshake with a client.
#include "core/session/stages/greeting.hpp"

#include <cerrno>

namespace duplexd {

Greeting::Going Greeting::shake_hands(Leg& client, Known& known, HandshakeTurns& turns) noexcept {
  if (const Going outcome = take_place(client)) return outcome;
  if (!turns.has_time()) return Outcome::wants_turn;
  if (!client.tls() && !client.secure(tls_->accept(client.descriptor())))
    return fail(CloseReason::local_error, ENOMEM);
  TlsStream& tls = *client.tls();
  switch (turns.spend([&tls] { return tls.handshake(); })) {
    case TlsStream::Progress::wants_readable:
      return Outcome::wants_readable;
    case TlsStream::Progress::wants_writable:
      return Outcome::wants_writable;
    case TlsStream::Progress::failed:
      known.server_name = WireName(ClientHello(tls.server_name(), {}).server_name());
      return fail_handshake(tls.failure());
    case TlsStream::Progress::done:
      break;
  }
  hello_ = ClientHello(tls.server_name(), tls.protocol());
  speaks_tls_ = true;
  known.server_name = WireName(hello_.server_name());
  step_ = Step::done;
  (void)place_.leave();
  return std::nullopt;
}

// A client that says nothing takes none. What waits behind its bytes is not looked at, but for their end.
Greeting::Going Greeting::take_place(Leg& client) noexcept {
  if (client.tls() || place_.has()) return std::nullopt;
  std::byte first{};
  std::span<std::byte> seen(&first, 1);
  if (const Going outcome = look(client, seen)) return outcome;
  if (client.has_ended()) return fail(CloseReason::client_left);
  if (place_.try_take()) return std::nullopt;
  return Outcome::wants_place;
}

Greeting::Outcome Greeting::fail_handshake(const TlsFailure& failure) noexcept {
  if (failure.error == tls_truncated) return fail(CloseReason::client_left);
  if (failure.error == tls_broken) return fail(CloseReason::client_tls_failed);
  return fail_socket(failure.error);
}

}  // namespace duplexd
