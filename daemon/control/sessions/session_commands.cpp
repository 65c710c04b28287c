#include "daemon/control/sessions/session_commands.hpp"

#include "daemon/control/json_text.hpp"
#include "daemon/control/sessions/session_json.hpp"
#include "daemon/control/sessions/session_request.hpp"
#include "daemon/control/sessions/slowest.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <string>
#include <utility>

namespace duplexd {
namespace {

namespace json = boost::json;
using Respond = ControlServer::Respond;

ControlResponse ok(const json::value& body) { return {200, json::serialize(body)}; }

ControlResponse refused(const Refusal& refusal) {
  return {refusal.status, json::serialize(json::object{{"error", text(refusal.sentence)}})};
}

// With what its sockets say a session takes two and a half times as many bytes.
constexpr std::size_t likely_size = 620;
constexpr std::size_t likely_head = 256;

ControlResponse page_of(const SessionPage& page, bool with_tcp) {
  std::string out = R"({"sessions":[)";
  out.reserve(likely_head + page.sessions.size() * likely_size * (with_tcp ? 3 : 1));
  for (const SessionView& view : page.sessions) {
    if (&view != &page.sessions.front()) out += ',';
    append_session(out, view, with_tcp);
  }
  out += page.next ? fmt::format(R"(],"next":"{}"}})", to_text(*page.next)) : R"(],"next":null})";
  return {200, std::move(out)};
}

void list(Server& server, const ControlRequest& request, const Respond& respond) {
  const auto query = session_query(request.target);
  if (!query) return respond(refused(query.error()));
  server.list_sessions(*query, [respond, with_tcp = query->with_tcp](const SessionPage& page) {
    respond(page_of(page, with_tcp));
  });
}

void find_slow(Server& server, const ControlRequest& request, const Respond& respond) {
  const auto query = slow_query(request.target);
  if (!query) return respond(refused(query.error()));
  find_slowest(server, *query, [respond](std::string slow) { respond({200, std::move(slow)}); });
}

// Those that were given away are met no more, as if they had ended.
ControlResponse unfinished(const KillOutcome& outcome) {
  return refused({503, fmt::format("{} sessions were ended, then the others were given to another process: "
                                   "it has to be asked again",
                                   outcome.ended)});
}

void kill(Server& server, const ControlRequest& request, const Respond& respond) {
  const auto order = kill_order(request.target);
  if (!order) return respond(refused(order.error()));
  server.kill_sessions(*order, [respond, dry_run = order->dry_run](const KillOutcome& outcome) {
    if (!outcome.whole) return respond(unfinished(outcome));
    respond(ok(json::object{{"matched", outcome.matched}, {"ended", outcome.ended}, {"dry_run", dry_run}}));
  });
}

template <class Run>
ControlCommand about_sessions(Server& server, std::string_view method, std::string_view target, Run run) {
  return {method, target, [&server, run](const ControlRequest& request, const Respond& respond) {
            run(server, request, respond);
          }};
}

}  // namespace

std::vector<ControlCommand> session_commands(Server& server) {
  return {about_sessions(server, "GET", "/v1/sessions", list),
          about_sessions(server, "GET", "/v1/sessions/slow", find_slow)};
}

ControlCommand kill_command(Server& server) { return about_sessions(server, "POST", "/v1/kill", kill); }

}  // namespace duplexd
