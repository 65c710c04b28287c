#include "daemon/control/sessions/session_json.hpp"

#include "daemon/control/json_text.hpp"
#include "daemon/control/sessions/session_request.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

namespace json = boost::json;

double in_milliseconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

json::value name_json(std::string_view name) {
  return name.empty() ? json::value(nullptr) : json::value(text(name));
}

json::value peer_json(const PeerAddress& peer) {
  if (peer.family() == PeerAddress::Family::none) return nullptr;
  return json::value(text(peer.to_string()));
}

std::string wait_word(ChainWait wait, Side sender) {
  const Side receiver = sender == Side::client ? Side::endpoint : Side::client;
  switch (wait) {
    case ChainWait::sender:
      return fmt::format("readable_{}", to_word(sender));
    case ChainWait::receiver:
      return fmt::format("writable_{}", to_word(receiver));
    case ChainWait::bandwidth:
      return "bandwidth";
    case ChainWait::nothing:
      break;
  }
  return "nothing";
}

json::object chain_json(const ChainView& chain, Side sender, std::chrono::microseconds age) {
  const double seconds = std::max(std::chrono::duration<double>(age).count(), 0.001);
  return {{"bytes", chain.bytes.read},
          {"rate", static_cast<std::uint64_t>(static_cast<double>(chain.bytes.read) / seconds)},
          {"undelivered", chain.bytes.undelivered},
          {"waits_for", wait_word(chain.waits_for, sender)},
          {"stalled", chain.stalled},
          {"stalled_ms", in_milliseconds(chain.bytes.stalled)},
          {"by", chain.splices ? "splice" : "copy"},
          {"finished", chain.finished}};
}

json::value time_json(const std::optional<TcpState::Time>& time) {
  return time ? json::value(in_milliseconds(*time)) : json::value(nullptr);
}

json::value tcp_json(const std::optional<TcpState>& tcp) {
  if (!tcp) return nullptr;
  return json::object{{"rtt_ms", in_milliseconds(tcp->rtt)},
                      {"rtt_variance_ms", in_milliseconds(tcp->rtt_variance)},
                      {"segment", tcp->segment},
                      {"window", tcp->window},
                      {"unacknowledged", tcp->unacknowledged},
                      {"lost", tcp->lost},
                      {"not_sent", tcp->not_sent},
                      {"retries", tcp->retries},
                      {"retransmissions", tcp->retransmissions},
                      {"sent", tcp->sent},
                      {"retransmitted", tcp->retransmitted},
                      {"received", tcp->received},
                      {"delivery_rate", tcp->delivery_rate},
                      {"busy_ms", in_milliseconds(tcp->busy)},
                      {"limited_by_window_ms", in_milliseconds(tcp->limited_by_window)},
                      {"limited_by_buffer_ms", in_milliseconds(tcp->limited_by_buffer)},
                      {"since_sent_ms", time_json(tcp->since_sent)},
                      {"since_received_ms", in_milliseconds(tcp->since_received)},
                      {"since_acknowledged_ms", in_milliseconds(tcp->since_acknowledged)}};
}

}  // namespace

json::object session_json(const SessionView& view, bool with_tcp) {
  json::object session{{"id", session_id_text(view.id)},
                       {"listener", text(view.listener)},
                       {"upstream", name_json(view.upstream)},
                       {"endpoint", name_json(view.endpoint)},
                       {"client", peer_json(view.client)},
                       {"via", peer_json(view.via)},
                       {"address", peer_json(view.dialled)},
                       {"state", text(to_word(view.state))},
                       {"worker", view.worker},
                       {"moves", view.moves},
                       {"age_ms", view.age.count() / 1000},
                       {"idle_ms", view.idle.count()},
                       {"upstream_chain", chain_json(view.upstream_chain, Side::client, view.age)},
                       {"downstream_chain", chain_json(view.downstream_chain, Side::endpoint, view.age)}};
  if (!with_tcp) return session;
  session["client_tcp"] = tcp_json(view.client_tcp);
  session["endpoint_tcp"] = tcp_json(view.endpoint_tcp);
  return session;
}

json::object verdict_json(const Verdict& verdict) {
  return {{"who", text(to_word(verdict.who))},
          {"held_up_ms", in_milliseconds(verdict.time)},
          {"evidence", verdict.evidence}};
}

}  // namespace duplexd
