#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/metrics/short_text.hpp"
#include "core/net/leg.hpp"
#include "core/net/proxy_header/proxy_introduction.hpp"
#include "core/net/tunnel/tunnel_talk.hpp"
#include "core/session/limits/handshake_turns.hpp"
#include "core/upstream/endpoint.hpp"
#include "core/upstream/upstream.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace duplexd {

/// What may be told of a client to the endpoint that it gets. What it refers to lives until it relays.
struct Introduced {
  std::uint64_t id = 0;  ///< of its session
  PeerAddress client{};
  PeerAddress came_to{};
  std::string_view server_name{};       ///< that it asked for; "": none
  const TlsStream* tls = nullptr;       ///< that it speaks with us; null: none
  std::span<const std::byte> fields{};  ///< of the PROXY header that came in
  bool starts_tls = false;              ///< the endpoint is to be asked for TLS by PostgreSQL's SSLRequest
  bool is_next = false;                 ///< bytes of the client follow at once
  std::uint16_t port = 0;               ///< of ours, that the client came to
};

/// The stage in which an endpoint is told what comes before the client's bytes: a PROXY header, an
/// SSLRequest, a TLS handshake; and before that its proxy, where it leads to. Used by its session's worker.
class Introduction {
 public:
  enum class Outcome : std::uint8_t {
    wants_readable,
    wants_writable,
    wants_turn,  ///< as Greeting
    reached,     ///< the proxy has connected the endpoint: go_on()
    done,
    failed,
  };

  /// Whether endpoints of this upstream are told anything.
  static bool needed(const Upstream& upstream, bool starts_tls) noexcept;

  /// Of a leg that has just been connected to the endpoint, or to the proxy where `tunnel` is not null. What
  /// is referred to outlives it.
  Introduction(const Upstream& upstream, const Endpoint& endpoint, const Introduced& introduced,
               const Tunnel* tunnel) noexcept;

  /// When the socket is ready for what was wanted. `scratch` has room for TunnelTalk::most_heard.
  Outcome go_on(Leg& endpoint, std::span<std::byte> scratch, HandshakeTurns& turns) noexcept;

  /// After `failed`; or if it goes on no longer.
  CloseReason failure() const noexcept { return failure_; }
  // After `failed`.
  int error() const noexcept { return error_; }  ///< errno
  const TlsFailure& tls_failure() const noexcept { return tls_failure_; }
  /// Of a certificate that was not accepted, with its names, or of what a proxy has answered; empty: there is
  /// none, or no memory to tell.
  const ShortText& words() const noexcept { return words_; }

 private:
  enum class Step : std::uint8_t { ask_proxy, hear_proxy, header, ask_for_tls, hear_answer, handshake, done };
  using Going = std::optional<Outcome>;  // none: on to the next step

  Going take_step(Leg& endpoint, std::span<std::byte> scratch, HandshakeTurns& turns) noexcept;
  Going ask_proxy(Leg& endpoint) noexcept;
  Going hear_proxy(Leg& endpoint, std::span<std::byte> scratch) noexcept;
  Outcome fail_at_proxy(const TunnelAnswer& answer) noexcept;
  Going send_header(Leg& endpoint) noexcept;
  std::size_t try_to_write_header(std::span<std::byte> into) const noexcept;
  std::size_t write_header(std::span<std::byte> into) const;
  Going send_all(Leg& endpoint, std::span<const std::byte> bytes, bool more) noexcept;
  Going hear_answer(Leg& endpoint) noexcept;
  std::unique_ptr<TlsStream> connect(const EndpointTls& tls, int descriptor) const noexcept;
  Going shake_hands(Leg& endpoint, HandshakeTurns& turns) noexcept;
  Outcome fail_handshake(const TlsStream& stream) noexcept;
  Outcome fail(int error) noexcept;

  const Upstream& upstream_;
  const Endpoint& endpoint_;
  const Introduced introduced_;
  const Tunnel* const tunnel_;
  std::optional<TunnelTalk> talk_;  // with the proxy
  Step step_;
  CloseReason failure_;
  int error_ = 0;
  TlsFailure tls_failure_{};
  ShortText words_;
};

}  // namespace duplexd
