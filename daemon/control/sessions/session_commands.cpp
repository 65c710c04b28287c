#include "daemon/control/sessions/session_commands.hpp"

#include "daemon/control/json_text.hpp"
#include "daemon/control/sessions/session_json.hpp"
#include "daemon/control/sessions/session_request.hpp"
#include "daemon/control/sessions/slowest.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace duplexd {
namespace {

namespace json = boost::json;
using Respond = ControlServer::Respond;

ControlResponse ok(const json::value& body) { return {200, json::serialize(body)}; }

ControlResponse refused(const Refusal& refusal) {
  return {refusal.status, json::serialize(json::object{{"error", text(refusal.sentence)}})};
}

json::object page_json(const SessionPage& page, bool with_tcp) {
  json::array sessions;
  for (const SessionView& view : page.sessions) sessions.push_back(session_json(view, with_tcp));
  const json::value next = page.next ? json::value(to_text(*page.next)) : json::value(nullptr);
  return {{"sessions", std::move(sessions)}, {"next", next}};
}

void list(Server& server, const ControlRequest& request, const Respond& respond) {
  const auto query = session_query(request.target);
  if (!query) return respond(refused(query.error()));
  server.list_sessions(*query, [respond, with_tcp = query->with_tcp](const SessionPage& page) {
    respond(ok(page_json(page, with_tcp)));
  });
}

void find_slow(Server& server, const ControlRequest& request, const Respond& respond) {
  const auto query = slow_query(request.target);
  if (!query) return respond(refused(query.error()));
  find_slowest(server, *query, [respond](const json::object& slow) { respond(ok(slow)); });
}

void kill(Server& server, const ControlRequest& request, const Respond& respond) {
  const auto order = kill_order(request.target);
  if (!order) return respond(refused(order.error()));
  server.kill_sessions(*order, [respond, dry_run = order->dry_run](const KillOutcome& outcome) {
    respond(ok(json::object{{"matched", outcome.matched}, {"ended", outcome.ended}, {"dry_run", dry_run}}));
  });
}

}  // namespace

std::vector<ControlCommand> session_commands(Server& server) {
  const auto command = [&server](std::string_view method, std::string_view target, auto run) {
    return ControlCommand{method, target,
                          [&server, run](const ControlRequest& request, const Respond& respond) {
                            run(server, request, respond);
                          }};
  };
  return {command("GET", "/v1/sessions", list), command("GET", "/v1/sessions/slow", find_slow),
          command("POST", "/v1/kill", kill)};
}

}  // namespace duplexd
