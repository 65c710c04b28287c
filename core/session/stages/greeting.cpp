#include "core/session/stages/greeting.hpp"

#include "core/net/client_hello/ssl_request.hpp"
#include "core/net/proxy_header/proxy_header.hpp"
#include "core/session/routing/route_choice.hpp"

#include <cerrno>

namespace duplexd {

Greeting::Step Greeting::first(const ListenerConfig& settings, bool ends_tls, bool trusted) noexcept {
  return trusted ? Step::header : after_header(settings, ends_tls);
}

Greeting::Step Greeting::next(const ListenerConfig& settings, bool ends_tls, bool trusted,
                              const Known& known) noexcept {
  if (known.starts_tls) return after_starttls(settings, ends_tls);
  return first(settings, ends_tls, trusted && known.via == PeerAddress{});
}

Greeting::Step Greeting::after(Step step, const ListenerConfig& settings, bool ends_tls) noexcept {
  switch (step) {
    case Step::header:
      return after_header(settings, ends_tls);
    case Step::starttls:
      return after_starttls(settings, ends_tls);
    default:
      return Step::done;
  }
}

Greeting::Step Greeting::after_header(const ListenerConfig& settings, bool ends_tls) noexcept {
  return settings.starttls == StartTls::postgres ? Step::starttls : after_starttls(settings, ends_tls);
}

Greeting::Step Greeting::after_starttls(const ListenerConfig& settings, bool ends_tls) noexcept {
  if (ends_tls) return Step::handshake;
  return may_need_hello(settings.routes) ? Step::hello : Step::done;
}

Greeting::Outcome Greeting::go_on(Leg& client, Known& known, std::span<std::byte> scratch,
                                  HandshakeTurns& turns) noexcept {
  while (step_ != Step::done) {
    if (const Going outcome = take_step(client, known, scratch, turns)) return *outcome;
  }
  return Outcome::done;
}

Greeting::Going Greeting::take_step(Leg& client, Known& known, std::span<std::byte> scratch,
                                    HandshakeTurns& turns) noexcept {
  if (step_ == Step::handshake) return shake_hands(client, known, turns);
  if (step_ == Step::hello && !needs_hello(settings_.routes, asked(client, known))) {
    step_ = Step::done;
    return std::nullopt;
  }
  std::span<std::byte> seen = scratch;
  if (const Going outcome = look(client, seen)) return outcome;
  switch (step_) {
    case Step::header:
      return read_header(client, known, seen);
    case Step::starttls:
      return read_starttls(client, known, seen);
    default:
      return read_hello(client, known, seen);
  }
}

Asked Greeting::asked(const Leg& client, const Known& known) const noexcept {
  const std::uint16_t port =
      known.came_to.is_ip() ? known.came_to.port() : local_address(client.descriptor()).port();
  return {.client = client_, .destination_port = port, .hello = speaks_tls_ ? &hello_ : nullptr};
}

Greeting::Going Greeting::look(Leg& client, std::span<std::byte>& seen) noexcept {
  if (const int error = client.broken() ? client.take_error() : 0) return fail_socket(error);
  const IoResult found = client.peek(seen);
  if (found.would_block()) return Outcome::wants_readable;
  if (found.error != 0) return fail_socket(found.error);
  if (found.end_of_stream()) return fail(CloseReason::client_left);
  seen = seen.first(found.bytes);
  return std::nullopt;
}

// Bytes that were looked at before hide the end behind them.
Greeting::Outcome Greeting::await_more(const Leg& client) noexcept {
  return client.has_ended() ? fail(CloseReason::client_left) : Outcome::wants_readable;
}

Greeting::Going Greeting::read_header(Leg& client, Known& known, std::span<std::byte> seen) noexcept {
  const ProxyReading reading = read_proxy_header(seen, ReceivedFields::most);
  switch (reading.state) {
    case ProxyReading::State::more:
      return await_more(client);
    case ProxyReading::State::header:
      return obey(reading.header, client, known, seen);
    case ProxyReading::State::none:
      if (settings_.proxy_protocol.mode == ProxyInConfig::Mode::required)
        return fail(CloseReason::bad_proxy_header, 0, "there is none");
      step_ = after_header(settings_, tls_ != nullptr);
      return std::nullopt;
    case ProxyReading::State::broken:
    case ProxyReading::State::too_long:
      break;
  }
  return fail(CloseReason::bad_proxy_header, 0, reading.reason);
}

// A proxy that speaks for itself is the client, and so is one that does not say who is.
Greeting::Going Greeting::obey(const ProxyHeader& header, Leg& client, Known& known,
                               std::span<std::byte> seen) noexcept {
  fields_ = ReceivedFields(header.tlvs);
  (void)client.receive(seen.first(header.size));
  step_ = after_header(settings_, tls_ != nullptr);
  known.via = client_;
  if (header.command == ProxyCommand::proxy && header.source.size() > 0) {
    client_ = PeerAddress(header.source);
    known.came_to = PeerAddress(header.destination);
  }
  return Outcome::address_learnt;
}

Greeting::Going Greeting::read_starttls(Leg& client, Known& known, std::span<std::byte> seen) noexcept {
  switch (read_ssl_request(seen)) {
    case EncryptionRequest::more:
      return await_more(client);
    case EncryptionRequest::tls:
      known.starts_tls = true;
      step_ = after_starttls(settings_, tls_ != nullptr);
      return answer(client, willing, seen);
    case EncryptionRequest::gss:
      return answer(client, unwilling, seen);
    case EncryptionRequest::eager:
      return fail(CloseReason::bad_client_hello, 0, "it does not await the answer to its SSLRequest");
    case EncryptionRequest::other:
      break;
  }
  if (tls_) return fail(CloseReason::client_tls_failed, 0, "it does not ask for TLS");
  step_ = Step::done;
  return std::nullopt;
}

// One byte finds room in a socket that nothing was sent to.
Greeting::Going Greeting::answer(Leg& client, std::byte answer, std::span<std::byte> seen) noexcept {
  (void)client.receive(seen.first(ssl_request_bytes));
  const IoResult sent = client.send(std::span(&answer, 1));
  if (sent.error != 0) return fail_socket(sent.error);
  return std::nullopt;
}

Greeting::Going Greeting::read_hello(Leg& client, Known& known, std::span<std::byte> seen) noexcept {
  const HelloReading reading = read_client_hello(seen);
  switch (reading.state) {
    case HelloState::more:
      return await_more(client);
    case HelloState::broken:
    case HelloState::too_long:
      return fail(CloseReason::bad_client_hello, 0, reading.why);
    case HelloState::hello:
      hello_ = reading.hello;
      speaks_tls_ = true;
      known.server_name = WireName(hello_.server_name());
      break;
    case HelloState::not_tls:
      break;
  }
  step_ = Step::done;
  return std::nullopt;
}

Greeting::Outcome Greeting::fail_socket(int error) noexcept {
  return fail(error == ECONNRESET ? CloseReason::client_reset : CloseReason::client_lost, error);
}

Greeting::Outcome Greeting::fail(CloseReason reason, int error, std::string_view words) noexcept {
  failure_ = reason;
  error_ = error;
  words_ = words;
  return Outcome::failed;
}

}  // namespace duplexd
