#pragma once

#include "core/config/config.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/net/leg.hpp"
#include "core/net/proxy_header/proxy_header.hpp"
#include "core/session/limits/handshake_limit.hpp"
#include "core/session/limits/handshake_turns.hpp"
#include "core/session/routing/route_choice.hpp"
#include "core/session/stages/known.hpp"
#include "core/tls/listener_tls.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace duplexd {

/// The first stage of a session: what its client says before an upstream is chosen, as far as the listener
/// waits for it. Bytes are looked at where they are (MSG_PEEK, recv(2)), and only those are taken that are
/// meant for us: nothing is held between two waits, and the endpoint misses nothing.
///
/// Used by its session's worker.
class Greeting {
 public:
  /// What is waited for, in this order.
  enum class Step : std::uint8_t {
    header,     ///< a PROXY header
    starttls,   ///< PostgreSQL's SSLRequest
    hello,      ///< a ClientHello, which stays where it is
    handshake,  ///< TLS that ends here
    done,
  };
  enum class Outcome : std::uint8_t {
    wants_readable,
    wants_writable,
    wants_place,     ///< limits.handshakes has none free
    wants_turn,      ///< other handshakes have kept this turn of the loop for long enough
    address_learnt,  ///< client() is another one now: go_on() if it may
    done,
    failed,  ///< failure() and error() say why
  };

  /// What the listener waits for first, or `done`. `trusted`: the client may say who it is.
  static Step first(const ListenerConfig& settings, bool ends_tls, bool trusted) noexcept;
  /// What is waited for after a step. A client that says otherwise leaves steps out.
  static Step after(Step step, const ListenerConfig& settings, bool ends_tls) noexcept;
  /// As first() where the client, which may have said something to another process, has said `known`.
  static Step next(const ListenerConfig& settings, bool ends_tls, bool trusted, const Known& known) noexcept;

  /// `settings` and `tls`, which is null if TLS does not end here, outlive it. `client` is the peer of the
  /// socket, or whom it has said to be, with the `fields` of that header.
  Greeting(const ListenerConfig& settings, const ListenerTls* tls, HandshakeLimit& handshakes,
           const PeerAddress& client, Step step, std::span<const std::byte> fields = {}) noexcept
      : settings_(settings), tls_(tls), client_(client), step_(step), fields_(fields), place_(handshakes) {}

  /// When the socket is ready for what was wanted. `scratch` has room for the longest hello.
  Outcome go_on(Leg& client, Known& known, std::span<std::byte> scratch, HandshakeTurns& turns) noexcept;

  /// Of its handshake, from the first bytes of the client's to its end.
  HandshakePlace& place() noexcept { return place_; }

  const PeerAddress& client() const noexcept { return client_; }
  /// What its route is chosen by.
  Asked asked(const Leg& client, const Known& known) const noexcept;
  std::span<const std::byte> fields() const noexcept { return fields_.view(); }  ///< of its PROXY header

  CloseReason failure() const noexcept { return failure_; }
  int error() const noexcept { return error_; }               ///< errno
  std::string_view words() const noexcept { return words_; }  ///< what is broken, or ""; lives for ever

 private:
  using Going = std::optional<Outcome>;  // none: on to the next step

  Going take_step(Leg& client, Known& known, std::span<std::byte> scratch, HandshakeTurns& turns) noexcept;
  Going look(Leg& client, std::span<std::byte>& seen) noexcept;
  Outcome await_more(const Leg& client) noexcept;
  Going read_header(Leg& client, Known& known, std::span<std::byte> seen) noexcept;
  Going obey(const ProxyHeader& header, Leg& client, Known& known, std::span<std::byte> seen) noexcept;
  Going read_starttls(Leg& client, Known& known, std::span<std::byte> seen) noexcept;
  Going answer(Leg& client, std::byte answer, std::span<std::byte> seen) noexcept;
  Going read_hello(Leg& client, Known& known, std::span<std::byte> seen) noexcept;
  Going take_place(Leg& client) noexcept;
  Going shake_hands(Leg& client, Known& known, HandshakeTurns& turns) noexcept;
  static Step after_header(const ListenerConfig& settings, bool ends_tls) noexcept;
  static Step after_starttls(const ListenerConfig& settings, bool ends_tls) noexcept;
  Outcome fail_handshake(const TlsFailure& failure) noexcept;
  Outcome fail_socket(int error) noexcept;
  Outcome fail(CloseReason reason, int error = 0, std::string_view words = {}) noexcept;

  const ListenerConfig& settings_;
  const ListenerTls* const tls_;
  PeerAddress client_;
  Step step_;
  CloseReason failure_{};
  int error_ = 0;
  std::string_view words_;
  bool speaks_tls_ = false;
  ClientHello hello_;
  ReceivedFields fields_;
  HandshakePlace place_;
};

}  // namespace duplexd
