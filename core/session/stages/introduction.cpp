#include "core/session/stages/introduction.hpp"

#include "core/net/client_hello/ssl_request.hpp"
#include "core/net/proxy_header/proxy_tlv.hpp"
#include "core/net/tls/tls_peer.hpp"
#include "core/session/stages/known.hpp"

#include <array>
#include <cerrno>
#include <new>
#include <string>

namespace duplexd {
namespace {

// What came in, what we add, and the addresses.
constexpr std::size_t longest_header = ReceivedFields::most + 2048;

bool sends_header(const Upstream& upstream) noexcept { return upstream.config().proxy_protocol.enabled; }

// Of an endpoint's name: "db.internal:5432", "[2001:db8::1]:5432", "unix:/run/x.sock". The client's original
// destination has none.
std::string_view host_of(std::string_view name) noexcept {
  if (name.starts_with('[')) return name.substr(1, name.rfind(']') - 1);
  const auto colon = name.rfind(':');
  return colon == name.npos ? std::string_view{} : name.substr(0, colon);
}

using IdText = std::array<char, 16>;

// As records have it.
std::string_view write_id(std::uint64_t id, IdText& text) noexcept {
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, id >>= 4)
    *digit = "0123456789abcdef"[id & 15];
  return {text.data(), text.size()};
}

/// What is told of the client's TLS, and the texts of it that nobody else has.
struct ToldTls {
  explicit ToldTls(const TlsStream& tls)
      : common_name(verified_common_name(tls)),
        signature_algorithm(own_signature_algorithm(tls)),
        key_algorithm(own_key_algorithm(tls)),
        ssl{.certificate = !common_name.empty() && !tls.resumed(),
            .session_certificate = !common_name.empty(),
            .verified = !common_name.empty(),
            .version = tls.version(),
            .common_name = common_name,
            .cipher = tls.cipher(),
            .signature_algorithm = signature_algorithm,
            .key_algorithm = key_algorithm} {}
  ToldTls(const ToldTls&) = delete;
  ToldTls& operator=(const ToldTls&) = delete;

  const std::string common_name, signature_algorithm, key_algorithm;
  const ProxySsl ssl;
};

}  // namespace

bool Introduction::needed(const Upstream& upstream, bool starts_tls) noexcept {
  return sends_header(upstream) || upstream.pool().tls() || starts_tls;
}

Introduction::Introduction(const Upstream& upstream, const Endpoint& endpoint, const Introduced& introduced,
                           const Tunnel* tunnel) noexcept
    : upstream_(upstream),
      endpoint_(endpoint),
      introduced_(introduced),
      tunnel_(tunnel),
      step_(tunnel ? Step::ask_proxy : Step::header),
      failure_(tunnel ? CloseReason::via_failed : CloseReason::endpoint_tls_failed) {
  if (tunnel) talk_.emplace(*tunnel, tunnel_target(endpoint.name, introduced.port));
}

Introduction::Outcome Introduction::go_on(Leg& endpoint, std::span<std::byte> scratch,
                                          HandshakeTurns& turns) noexcept {
  while (step_ != Step::done) {
    if (const Going outcome = take_step(endpoint, scratch, turns)) return *outcome;
  }
  return Outcome::done;
}

Introduction::Going Introduction::take_step(Leg& endpoint, std::span<std::byte> scratch,
                                            HandshakeTurns& turns) noexcept {
  switch (step_) {
    case Step::ask_proxy:
      return ask_proxy(endpoint);
    case Step::hear_proxy:
      return hear_proxy(endpoint, scratch);
    case Step::header:
      step_ = introduced_.starts_tls ? Step::ask_for_tls : Step::handshake;
      return sends_header(upstream_) ? send_header(endpoint) : std::nullopt;
    case Step::ask_for_tls:
      step_ = Step::hear_answer;
      return send_all(endpoint, ssl_request, false);
    case Step::hear_answer:
      return hear_answer(endpoint);
    default:
      return shake_hands(endpoint, turns);
  }
}

// A question finds room in a socket whose peer has taken all that came before.
Introduction::Going Introduction::ask_proxy(Leg& endpoint) noexcept {
  std::array<std::byte, TunnelTalk::most_asked> question;
  const std::size_t size = talk_->ask(question);
  const IoResult sent = endpoint.send_plain(std::span(question).first(size), false);
  if (size == 0 || sent.error != 0 || sent.bytes != size) return fail(sent.error ? sent.error : EMSGSIZE);
  step_ = Step::hear_proxy;
  return std::nullopt;
}

// What follows the answer is the endpoint's, and stays where it is.
Introduction::Going Introduction::hear_proxy(Leg& endpoint, std::span<std::byte> scratch) noexcept {
  const bool ended = endpoint.has_ended();  // asked first: nothing comes behind what is seen then
  const IoResult found = endpoint.peek(scratch);
  if (found.would_block()) return Outcome::wants_readable;
  if (found.error != 0) return fail(found.error);
  const TunnelAnswer answer = talk_->hear(scratch.first(found.bytes));
  const bool may_become = answer.state == TunnelAnswer::State::more && !ended && !found.end_of_stream();
  if (may_become) return Outcome::wants_readable;
  if (answer.state != TunnelAnswer::State::yes) return fail_at_proxy(answer);
  (void)endpoint.receive(scratch.first(answer.size));
  step_ = talk_->done() ? Step::header : Step::ask_proxy;
  if (!talk_->done()) return std::nullopt;
  failure_ = CloseReason::endpoint_tls_failed;
  return Outcome::reached;
}

Introduction::Outcome Introduction::fail_at_proxy(const TunnelAnswer& answer) noexcept {
  std::array<char, ShortText::most> text;
  if (answer.state == TunnelAnswer::State::refused) failure_ = CloseReason::via_refused;
  words_ = answer.state == TunnelAnswer::State::more
               ? ShortText("it has ended the connection")
               : ShortText(write_words(tunnel_->protocol, answer, text));
  return fail(0);
}

// A socket that nothing was sent to has room for it. What follows at once goes in the same segment (MSG_MORE,
// send(2)).
Introduction::Going Introduction::send_header(Leg& endpoint) noexcept {
  std::array<std::byte, longest_header> header;
  const std::size_t size = try_to_write_header(header);
  if (size == 0) return fail(EMSGSIZE);
  const bool more = introduced_.is_next || introduced_.starts_tls || upstream_.pool().tls();
  return send_all(endpoint, std::span(header).first(size), more);
}

// 0: it does not fit, or there is no memory for the words of TLS.
std::size_t Introduction::try_to_write_header(std::span<std::byte> into) const noexcept {
  try {
    return write_header(into);
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

// A unique id that came in is that of the session.
std::size_t Introduction::write_header(std::span<std::byte> into) const {
  const ProxyFields& rules = upstream_.config().proxy_protocol.send;
  ProxyIntroduction told{.source = introduced_.client.socket_address(),
                         .destination = introduced_.came_to.socket_address(),
                         .checksum = rules.crc32c};
  IdText id;
  const bool has_id = rules.received && find_tlv(introduced_.fields, ProxyTlv::unique_id);
  if (rules.unique_id && !has_id) told.unique_id = write_id(introduced_.id, id);
  if (rules.authority) told.authority = introduced_.server_name;
  if (rules.alpn && introduced_.tls) told.alpn = introduced_.tls->protocol();
  std::optional<ToldTls> tls;
  if (rules.ssl && introduced_.tls) told.ssl = tls.emplace(*introduced_.tls).ssl;
  if (rules.received) told.received = introduced_.fields;
  return write_proxy_header(upstream_.config().proxy_protocol.version, told, into);
}

Introduction::Going Introduction::send_all(Leg& endpoint, std::span<const std::byte> bytes,
                                           bool more) noexcept {
  const IoResult sent = endpoint.send_plain(bytes, more);
  if (!sent.error && sent.bytes == bytes.size()) return std::nullopt;
  failure_ = CloseReason::connect_error;
  return fail(sent.error ? sent.error : ENOBUFS);
}

Introduction::Going Introduction::hear_answer(Leg& endpoint) noexcept {
  std::byte answer{};
  const IoResult heard = endpoint.receive(std::span(&answer, 1));
  if (heard.would_block()) return Outcome::wants_readable;
  if (heard.error != 0) return fail(heard.error);
  if (answer != willing) return fail(EPROTO);
  step_ = Step::handshake;
  return std::nullopt;
}

std::unique_ptr<TlsStream> Introduction::connect(const EndpointTls& tls, int descriptor) const noexcept {
  try {
    return tls.connect(descriptor, std::string(host_of(endpoint_.name)), endpoint_.kept_session());
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

Introduction::Going Introduction::shake_hands(Leg& endpoint, HandshakeTurns& turns) noexcept {
  const EndpointTls* const tls = upstream_.pool().tls();
  if (!endpoint.tls() && !tls) {
    step_ = Step::done;
    return std::nullopt;
  }
  if (!turns.has_time()) return Outcome::wants_turn;
  if (!endpoint.tls() && !endpoint.secure(connect(*tls, endpoint.descriptor()))) return fail(ENOMEM);
  switch (turns.spend([&endpoint] { return endpoint.tls()->handshake(); })) {
    case TlsStream::Progress::wants_readable:
      return Outcome::wants_readable;
    case TlsStream::Progress::wants_writable:
      return Outcome::wants_writable;
    case TlsStream::Progress::failed:
      return fail_handshake(*endpoint.tls());
    case TlsStream::Progress::done:
      break;
  }
  step_ = Step::done;
  return std::nullopt;
}

// The certificate is gone with the stream: what is to be said of it is said now. A reload may have taken TLS
// from the upstream meanwhile.
Introduction::Outcome Introduction::fail_handshake(const TlsStream& stream) noexcept {
  tls_failure_ = stream.failure();
  const EndpointTls* const tls = upstream_.pool().tls();
  try {
    if (tls && tls_failure_.verify != 0)
      words_ = ShortText(tls->words_of(stream, std::string(host_of(endpoint_.name))));
  } catch (const std::bad_alloc&) {
  }
  return fail(tls_failure_.error);
}

Introduction::Outcome Introduction::fail(int error) noexcept {
  error_ = error;
  return Outcome::failed;
}

}  // namespace duplexd
