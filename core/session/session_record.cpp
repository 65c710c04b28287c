// What is recorded and counted of a session.
#include "core/net/socket/stream.hpp"
#include "core/net/tls/tls_peer.hpp"
#include "core/net/transparency/transparency.hpp"
#include "core/session/session.hpp"

#include <cstddef>
#include <new>

namespace duplexd {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

std::string_view tls_version(const Leg& leg) noexcept {
  return leg.tls() && leg.tls()->is_established() ? leg.tls()->version() : std::string_view{};
}

bool ended_by_tls(CloseReason reason) noexcept {
  return reason == CloseReason::client_tls_failed || reason == CloseReason::endpoint_tls_failed;
}

// Without memory, nothing.
ShortText client_certificate(const Leg& client) noexcept {
  try {
    const bool spoken = client.tls() && client.tls()->is_established();
    return spoken ? ShortText(verified_subject(*client.tls())) : ShortText();
  } catch (const std::bad_alloc&) {
    return {};
  }
}

}  // namespace

// Few sessions have some that failed. Short of memory they are not recorded.
void Session::keep_attempts() {
  attempts_ = connector_->attempts();
  const FailedAttempts& failed = connector_->failed_attempts();
  if (!failed.empty()) failed_attempts_ = services().failed_attempts.create(failed);
}

PeerAddress Session::dialled_address(const PeerAddress& came_to) const noexcept {
  if (connector_) return connector_->last_peer();
  if (!hold_) return {};
  if (hold_->is_original_destination()) return followed_address();
  return hold_->has_clients_port() ? PeerAddress(hold_->with_port(came_to.port())) : hold_->peer;
}

// After a reset by the endpoint its socket has no peer any more.
PeerAddress Session::followed_address() const noexcept {
  const PeerAddress peer(peer_address(endpoint_.descriptor()));
  return peer.is_ip() ? peer : PeerAddress(original_destination(client_.descriptor()));
}

// Of the leg that failed, or of the last endpoint that would not be introduced to. Another reason may have
// come later.
TlsFailure Session::tls_failure(CloseReason reason) const noexcept {
  if (!ended_by_tls(reason)) return {};
  if (introduction_ && introduction_->tls_failure().error != 0) return introduction_->tls_failure();
  for (const Leg* const leg : {&client_, &endpoint_}) {
    if (leg->tls() && leg->tls()->failure().error != 0) return leg->tls()->failure();
  }
  return {};
}

// Of the last endpoint that would not be introduced to, if that is the reason.
ShortText Session::introduction_words(const Ending& ending) const noexcept {
  const bool is_of_it =
      introduction_ && introduction_->failure() == ending.reason && introduction_->error() == ending.error;
  return is_of_it ? introduction_->words() : ShortText();
}

SessionEnd Session::end_record(const Ending& ending) noexcept {
  const PeerAddress client_local =
      client_.is_open() ? PeerAddress(local_address(client_.descriptor())) : PeerAddress{};
  const auto duration = duration_cast<microseconds>(steady_clock::now() - started_);
  return {
      .id = id_,
      .worker = services().worker,
      .moves = moves_,
      .reason = ending.reason,
      .error = ending.error,
      .listener = route_.listener,
      .upstream = upstream_ ? upstream_->name() : std::string_view{},
      .endpoint = connector_ ? connector_->last_name()
                  : hold_    ? hold_->name
                             : std::string_view{},
      .client = client_address_,
      .via = known_ ? known_->via : PeerAddress{},
      .client_local = client_local,
      .endpoint_local =
          endpoint_.is_open() ? PeerAddress(local_address(endpoint_.descriptor())) : PeerAddress{},
      .endpoint_address = dialled_address(client_local),
      .server_name = known_ ? known_->server_name.view() : std::string_view{},
      .client_tls = tls_version(client_),
      .endpoint_tls = tls_version(endpoint_),
      .client_certificate = client_certificate(client_),
      .tls_failure = tls_failure(ending.reason),
      .endpoint_words = introduction_words(ending),
      .beyond_tried = beyond_tried_,
      .words = greeting_ ? greeting_->words() : std::string_view{},
      .connect_attempts = connector_ ? connector_->attempts() : attempts_,
      .failed_attempts = connector_         ? connector_->failed_attempts()
                         : failed_attempts_ ? *failed_attempts_
                                            : FailedAttempts{},
      .connecting = stage_ == Stage::relay ? connecting_ : duration,
      .duration = duration,
      .upstream_bytes = upstream_chain_.bytes(),
      .downstream_bytes = downstream_chain_.bytes(),
  };
}

// The relaying is over, here at least.
void Session::count_relaying() noexcept {
  upstream_chain_.end_stall();
  downstream_chain_.end_stall();
  route_.half_closed.leave(half_closed_);
}

void Session::count_first_byte() noexcept {
  const auto since = duration_cast<microseconds>(steady_clock::now() - started_) - connecting_;
  upstream_->counters().first_bytes.add(answer_bounds, since);
}

void Session::report(SessionMoment moment) noexcept {
  services().sink.session_goes_on(moment, end_record({}));
}

void Session::count(const SessionEnd& end) noexcept {
  if (hold_) upstream_->on_served(*hold_.get(), end);
  route_.counters.ended[static_cast<std::size_t>(end.reason)].add();
  route_.counters.undelivered_bytes.add(end.upstream_bytes.undelivered + end.downstream_bytes.undelivered);
  route_.counters.durations.add(session_bounds, end.duration);
  count_fallbacks();
}

void Session::count_fallbacks() noexcept {
  services().counters.handler_memory_fallbacks.add(upstream_chain_.handler_memory().fallbacks() +
                                                   downstream_chain_.handler_memory().fallbacks());
}

}  // namespace duplexd
