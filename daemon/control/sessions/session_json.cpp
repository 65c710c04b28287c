#include "daemon/control/sessions/session_json.hpp"

#include "daemon/control/json_object.hpp"
#include "daemon/control/sessions/session_request.hpp"

#include <algorithm>

namespace duplexd {
namespace {

template <JsonKey Key>
void add_name(JsonObject& object, std::string_view name) {
  name.empty() ? object.add_null<Key>() : object.add<Key>(name);
}

template <JsonKey Key>
void add_peer(JsonObject& object, const PeerAddress& peer) {
  const bool is_known = peer.family() != PeerAddress::Family::none;
  is_known ? object.add_word<Key>(peer.to_string()) : object.add_null<Key>();
}

std::string_view wait_word(ChainWait wait, Side sender) {
  const bool from_client = sender == Side::client;
  switch (wait) {
    case ChainWait::sender:
      return from_client ? "readable_client" : "readable_endpoint";
    case ChainWait::receiver:
      return from_client ? "writable_endpoint" : "writable_client";
    case ChainWait::bandwidth:
      return "bandwidth";
    case ChainWait::nothing:
      break;
  }
  return "nothing";
}

template <JsonKey Key>
void add_chain(JsonObject& session, const ChainView& chain, Side sender, std::chrono::microseconds age) {
  const double seconds = std::max(std::chrono::duration<double>(age).count(), 0.001);
  session.add_object<Key>([&](JsonObject& object) {
    object.add<"bytes">(chain.bytes.read)
        .add<"rate">(static_cast<std::uint64_t>(static_cast<double>(chain.bytes.read) / seconds))
        .add<"undelivered">(chain.bytes.undelivered)
        .add_word<"waits_for">(wait_word(chain.waits_for, sender))
        .add<"stalled">(chain.stalled)
        .add<"stalled_ms">(chain.bytes.stalled)
        .add<"reading_ms">(chain.reading)
        .add_word<"by">(chain.splices ? "splice" : "copy")
        .add<"finished">(chain.finished);
  });
}

template <JsonKey Key>
void add_tcp(JsonObject& session, const std::optional<TcpState>& tcp) {
  if (!tcp) return void(session.add_null<Key>());
  session.add_object<Key>([&](JsonObject& object) {
    object.add<"rtt_ms">(tcp->rtt)
        .add<"rtt_variance_ms">(tcp->rtt_variance)
        .add<"segment">(tcp->segment)
        .add<"window">(tcp->window)
        .add<"unacknowledged">(tcp->unacknowledged)
        .add<"lost">(tcp->lost)
        .add<"not_sent">(tcp->not_sent)
        .add<"retries">(tcp->retries)
        .add<"retransmissions">(tcp->retransmissions)
        .add<"sent">(tcp->sent)
        .add<"retransmitted">(tcp->retransmitted)
        .add<"received">(tcp->received)
        .add<"delivery_rate">(tcp->delivery_rate)
        .add<"busy_ms">(tcp->busy)
        .add<"limited_by_window_ms">(tcp->limited_by_window)
        .add<"limited_by_buffer_ms">(tcp->limited_by_buffer);
    tcp->since_sent ? object.add<"since_sent_ms">(*tcp->since_sent) : object.add_null<"since_sent_ms">();
    object.add<"since_received_ms">(tcp->since_received)
        .add<"since_acknowledged_ms">(tcp->since_acknowledged);
  });
}

void add_session(JsonObject& session, const SessionView& view, bool with_tcp) {
  session.add_word<"id">(session_id_text(view.id)).add<"listener">(view.listener);
  add_name<"upstream">(session, view.upstream);
  add_name<"endpoint">(session, view.endpoint);
  add_peer<"client">(session, view.client);
  add_peer<"via">(session, view.via);
  add_peer<"address">(session, view.dialled);
  session.add_word<"state">(to_word(view.state))
      .add<"worker">(view.worker)
      .add<"moves">(view.moves)
      .add<"age_ms">(view.age.count() / 1000)
      .add<"idle_ms">(view.idle.count())
      .add<"connecting_ms">(view.connecting.count() / 1000);
  view.half_closed ? session.add<"half_closed_ms">(view.half_closed->count())
                   : session.add_null<"half_closed_ms">();
  add_chain<"upstream_chain">(session, view.upstream_chain, Side::client, view.age);
  add_chain<"downstream_chain">(session, view.downstream_chain, Side::endpoint, view.age);
  if (!with_tcp) return;
  add_tcp<"client_tcp">(session, view.client_tcp);
  add_tcp<"endpoint_tcp">(session, view.endpoint_tcp);
}

}  // namespace

void append_session(std::string& out, const SessionView& view, bool with_tcp) {
  JsonObject::append(out, [&](JsonObject& session) { add_session(session, view, with_tcp); });
}

void append_judged_session(std::string& out, const SessionView& view, const Verdict& verdict) {
  JsonObject::append(out, [&](JsonObject& session) {
    add_session(session, view, true);
    session.add_object<"verdict">([&](JsonObject& object) {
      object.add_word<"who">(to_word(verdict.who))
          .add<"held_up_ms">(verdict.time)
          .add<"evidence">(verdict.evidence);
    });
  });
}

}  // namespace duplexd
