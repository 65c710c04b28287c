// The stages of a session before it dials: what the client says first, and which upstream it is to have.
#include "core/memory/handler.hpp"
#include "core/net/socket/stream.hpp"
#include "core/session/routing/route_choice.hpp"
#include "core/session/session.hpp"

#include <cerrno>
#include <utility>

namespace duplexd {

void Session::greet(FileDescriptor client) {
  services().wheel.schedule(*this, handshake_due_);
  if (const int error = client_.open(client, kind_of(client_address_)))
    return end(CloseReason::local_error, error);
  // TCP clients have inherited their options from the listening socket. What a sandbox refuses is done
  // without.
  if (!client_address_.is_ip()) (void)apply(route_.config().client, client_.descriptor(), AF_UNIX);
  const bool ends_tls = route_.targets().tls != nullptr;
  const auto first = Greeting::first(route_.config(), ends_tls, route_.trusts(client_address_));
  if (first == Greeting::Step::done) return route();
  if (!make_greeting(first, {}, {})) return end(CloseReason::local_error, ENOMEM);
  go_on_greeting();
}

bool Session::make_greeting(Greeting::Step step, const Known& known,
                            std::span<const std::byte> fields) noexcept {
  known_ = services().known.create(known);
  greeting_ = services().greetings.create(route_.config(), route_.targets().tls.get(), route_.handshakes,
                                          client_address_, step, fields);
  return known_ && greeting_;
}

void Session::go_on_greeting() {
  const auto outcome = greeting_->go_on(client_, *known_, services().scratch, services().handshake_turns);
  if (greeting_->place().was_beyond()) on_beyond_tried(Limit::handshakes);
  switch (outcome) {
    case Greeting::Outcome::wants_readable:
      return watch_client();
    case Greeting::Outcome::wants_writable:
      return await_client_writable();
    case Greeting::Outcome::wants_place:
      return await_place();
    case Greeting::Outcome::wants_turn:
      return await_turn();
    case Greeting::Outcome::address_learnt:
      return admit();
    case Greeting::Outcome::done:
      // What follows may be in the socket already, and is not told again.
      client_spoke_ = true;
      return route();
    case Greeting::Outcome::failed:
      return end(greeting_->failure(), greeting_->error());
  }
}

void Session::await_client_writable() {
  connection_awaited_ = true;
  client_.async_wait(Leg::Event::writable, Handler<&Session::on_greeting_turn, &Session::dial_memory>(*this));
}

void Session::await_turn() {
  connection_awaited_ = true;
  client_.async_yield(Handler<&Session::on_greeting_turn, &Session::dial_memory>(*this));
}

void Session::on_greeting_turn(const ErrorCode& error) {
  connection_awaited_ = false;
  if (ended()) return release_if_idle();
  if (frozen_) return;
  if (error) return end(CloseReason::local_error, error.value());
  go_on_greeting();
}

// The limits and the access that the proxy itself was not held to.
void Session::admit() {
  client_address_ = greeting_->client();
  Admission admission;
  if (const auto refusal = route_.admit(client_address_, admission)) return end(*refusal);
  source_ = admission.source;
  beyond_tried_.add(admission.beyond_tried);
  go_on_greeting();
}

// One that another process has routed keeps its upstream.
void Session::route() {
  stage_ = Stage::route;
  if (!upstream_) {
    const ListenerConfig& config = route_.config();
    const RouteConfig* const item = choose_route(config.routes, asked());
    if (item && item->reject) return end(CloseReason::route_rejected);
    upstream_ = item ? route_.targets().of_items[static_cast<std::size_t>(item - config.routes.data())].get()
                     : route_.targets().upstream.get();
    if (!upstream_) return end(CloseReason::no_route);
  }
  connector_ = services().connectors.create(*upstream_, hash(), client_.descriptor(), client_address_, id_);
  if (!connector_) return end(CloseReason::local_error, ENOMEM);
  connector_->waiting().set_place(place_);
  dial();
}

Asked Session::asked() const noexcept {
  if (greeting_) return greeting_->asked(client_, *known_);
  return {.client = client_address_, .destination_port = came_to().port()};
}

// Where the client came to, as far as it is known.
PeerAddress Session::came_to() const noexcept {
  const bool said = known_ && known_->came_to.is_ip();
  return said ? known_->came_to : PeerAddress(local_address(client_.descriptor()));
}

}  // namespace duplexd
