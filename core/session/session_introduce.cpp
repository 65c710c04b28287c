// What an endpoint is told before the client's bytes, and what follows from its answer.
#include "core/memory/handler.hpp"
#include "core/net/socket/stream.hpp"
#include "core/session/session.hpp"

#include <boost/asio/error.hpp>

#include <cerrno>
#include <utility>

namespace duplexd {

static_assert(BufferPool::buffer_size >= TunnelTalk::most_heard, "a proxy's answer is looked at in scratch");

void Session::introduce() {
  stage_ = Stage::introduce;
  beside_due_ = never;
  drop_beside();
  if (!connector_->tunnel() && !Introduction::needed(*upstream_, starts_tls())) return settle();
  if (introduction_) services().introductions.destroy(introduction_);
  introduction_ = services().introductions.create(*upstream_, *connector_->endpoint(), introduced(),
                                                  connector_->tunnel());
  if (!introduction_) return end(CloseReason::local_error, ENOMEM);
  attempt_due_ = due_after(services().wheel.now(), route_.config().timeouts.connect);
  schedule();
  go_on_introducing({});
}

// A client whose TLS goes through to the endpoint has asked us for it, and so do we there, where it is spoken
// with us, too.
bool Session::starts_tls() const noexcept {
  const bool may = route_.config().starttls == StartTls::postgres;
  return may && (upstream_->pool().tls() || (known_ && known_->starts_tls && !client_.tls()));
}

Introduced Session::introduced() noexcept {
  return {.id = id_,
          .client = client_address_,
          .came_to = connector_->endpoint()->is_original_destination() ? connector_->last_peer() : came_to(),
          .server_name = known_ ? known_->server_name.view() : std::string_view{},
          .tls = client_.tls(),
          .fields = greeting_ ? greeting_->fields() : std::span<const std::byte>{},
          .starts_tls = starts_tls(),
          .is_next = client_.peek().bytes > 0,
          .port = connector_->tunnel() ? local_address(client_.descriptor()).port() : std::uint16_t{0}};
}

// on_dial_deadline() cancels the wait when it takes too long, and a wait for a turn ends by itself.
void Session::go_on_introducing(const ErrorCode& error) {
  const bool timed_out = error == boost::asio::error::operation_aborted || attempt_due_ == never;
  if (error && !timed_out) return end(CloseReason::local_error, error.value());
  if (timed_out) return refuse_endpoint(introduction_->failure(), ETIMEDOUT);
  switch (introduction_->go_on(endpoint_, services().scratch, services().handshake_turns)) {
    case Introduction::Outcome::wants_readable:
      return await_introduction(Leg::Event::readable);
    case Introduction::Outcome::wants_writable:
      return await_introduction(Leg::Event::writable);
    case Introduction::Outcome::wants_turn:
      return await_introduction_turn();
    case Introduction::Outcome::reached:
      connector_->reached();
      return go_on_introducing({});
    case Introduction::Outcome::done:
      return settle();
    case Introduction::Outcome::failed:
      return refuse_endpoint(introduction_->failure(), introduction_->error());
  }
}

void Session::await_introduction(Leg::Event event) {
  connection_awaited_ = true;
  endpoint_.async_wait(event, Handler<&Session::on_connection, &Session::dial_memory>(*this));
  watch_client();
}

void Session::await_introduction_turn() {
  connection_awaited_ = true;
  endpoint_.async_yield(Handler<&Session::on_connection, &Session::dial_memory>(*this));
  watch_client();
}

void Session::refuse_endpoint(CloseReason reason, int error) {
  endpoint_.close();
  obey(connector_->refuse(reason, error));
}

// The endpoint is this session's.
void Session::settle() {
  keep_attempts();
  hold_ = connector_->take_endpoint();
  services().connectors.destroy(std::exchange(connector_, nullptr));
  endpoint_spoke_ = introduction_ != nullptr;
  drop_stages();
  if (client_.says_end()) relaying_.say_end_apart(Side::client);
  if (endpoint_.says_end()) relaying_.say_end_apart(Side::endpoint);
  relay();
}

void Session::drop_stages() noexcept {
  if (greeting_) services().greetings.destroy(std::exchange(greeting_, nullptr));
  if (introduction_) services().introductions.destroy(std::exchange(introduction_, nullptr));
}

}  // namespace duplexd
