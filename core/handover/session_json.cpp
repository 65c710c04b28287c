#include "core/handover/session_json.hpp"

#include "core/handover/json_fields.hpp"
#include "core/memory/buffer_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace duplexd {

// Each of these names the fields of a value once, for writing and for reading.

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Flow::State>& flow) {
  fields("received", flow.received);
  fields("sent", flow.sent);
  fields("preamble", flow.preamble);
  fields("ended", flow.ended);
  fields("finished", flow.finished);
  fields("abandoned", flow.abandoned);
  fields("stalled", flow.stalled);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Relaying::State>& relaying) {
  fields("upstream", relaying.upstream);
  fields("downstream", relaying.downstream);
  fields("failure", relaying.failure);
  fields("error", relaying.error);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, SessionState::Held>& held) {
  fields("copied", held.copied);
  fields("piped", held.piped);
  fields("pipe_size", held.pipe_size);
  fields("stalled_us", held.stalled);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, FailedAttempts::Attempt>& attempt) {
  fields("endpoint", attempt.endpoint);
  fields("reason", attempt.reason);
  fields("took_ms", attempt.took);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Known>& known) {
  fields("via", known.via);
  fields("came_to", known.came_to);
  std::string server_name(known.server_name.view());
  fields("server_name", server_name);
  if constexpr (Fields::reads) known.server_name = WireName(server_name);
  fields("starts_tls", known.starts_tls);
}

static FailedAttempts attempts_of(const std::vector<FailedAttempts::Attempt>& all) {
  FailedAttempts attempts;
  for (const FailedAttempts::Attempt& each : all) attempts.add(each);
  return attempts;
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, SessionState>& state) {
  fields("id", state.id);
  fields("moves", state.moves);
  fields("listener", state.listener);
  fields("upstream", state.upstream);
  fields("client", state.client);
  fields("started_us", state.started);
  fields("quiet_ms", state.quiet);
  fields("handshake_ms", state.handshake);
  fields("lifetime_ms", state.lifetime);
  fields("queue_ms", state.queue);
  fields("place", state.place);
  fields("greeted", state.greeted);
  fields("on_removed", state.on_removed);
  fields("known", state.known);
  fields("proxy_fields", state.proxy_fields);
  fields("beyond_tried", state.beyond_tried);
  fields("relays", state.relays);
  if (!state.relays) return;
  fields("endpoint", state.endpoint);
  fields("endpoint_address", state.endpoint_address);
  fields("relaying", state.relaying);
  fields("held_upstream", state.held_upstream);
  fields("held_downstream", state.held_downstream);
  fields("connecting_us", state.connecting);
  fields("attempts", state.attempts);
  std::vector failed(state.failed_attempts.begin(), state.failed_attempts.end());
  fields("failed_attempts", failed);
  if constexpr (Fields::reads) state.failed_attempts = attempts_of(failed);
  fields("leaving_ms", state.leaving);
  fields("leaves_for", state.leaves_for);
  fields("half_closed_for_ms", state.half_closed_for);
  fields("idle_ms", state.idle);
  fields("half_closed_ms", state.half_closed);
}

namespace {

/// What a direction holds is what it has not delivered; abandoned, it holds nothing.
bool fits(const Flow::State& flow, const SessionState::Held& held) {
  if (flow.sent > flow.preamble + flow.received) return false;
  if (held.copied.size() > BufferPool::buffer_size || (held.piped > 0 && held.pipe_size == 0)) return false;
  return flow.abandoned || Flow(flow).undelivered() == held.copied.size() + held.piped;
}

bool can_be(const SessionState& state) {
  const bool has_endpoint = state.endpoint_address.size() > 0 || state.endpoint == original_destination_word;
  return !state.relays || (has_endpoint && fits(state.relaying.upstream, state.held_upstream) &&
                           fits(state.relaying.downstream, state.held_downstream));
}

}  // namespace

boost::json::object to_json(const SessionState& state, std::string& bytes) {
  FieldWriter writer(bytes);
  visit(writer, state);
  return writer.take();
}

Parsed<SessionState> session_of(const boost::json::value& description, std::string_view& bytes) {
  try {
    SessionState state;
    FieldReader reader(description.as_object(), bytes);
    visit(reader, state);
    if (can_be(state)) return state;
    return ParseError{fmt::format("session {} says what cannot be", state.id)};
  } catch (const std::exception& error) {
    return ParseError{fmt::format("a session is not described: {}", error.what())};
  }
}

}  // namespace duplexd
