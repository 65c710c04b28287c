#include "daemon/admin/admin_answers.hpp"

#include "core/control/http.hpp"
#include "daemon/admin/dashboard/dashboard.hpp"
#include "daemon/control/query.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view health_probe = "/healthz", ready_probe = "/readyz";

struct Read {
  std::string_view target, command;
  bool searches = false;            ///< looks at many sessions, in turns
  std::string_view parameter = "";  ///< if it does not search, the one that its answer depends on
};
constexpr std::array reads{Read{"/metrics", "/v1/metrics", false, "format"}, Read{"/status", "/v1/status"},
                           Read{"/sessions", "/v1/sessions", true},
                           Read{"/sessions/slow", "/v1/sessions/slow", true}};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

const Read& read_of(const ControlCommand& command) {
  return *std::ranges::find(reads, command.target, &Read::command);
}

/// What all requests have that get the same answer; none: a mistake, which is soon answered.
std::optional<std::string> shared_key(const Read& read, std::string_view target) {
  std::string key(read.command);
  if (read.parameter.empty()) return key;
  const auto query = parse_query(target, {read.parameter});
  if (!query) return std::nullopt;
  const auto value = query->find(read.parameter);
  return value == query->end() ? key : key + '?' + value->second;
}

ControlResponse method_refusal() {
  ControlResponse response = error_response(405, "only GET and HEAD are answered");
  response.allow = "GET, HEAD";
  return response;
}

}  // namespace

AdminAnswers::AdminAnswers(std::vector<ControlCommand> commands, WhyNotReady why_not_ready)
    : commands_(std::move(commands)), why_not_ready_(std::move(why_not_ready)) {}

// One whose client has left goes on to its end, and counts until then.
ControlServer::Respond AdminAnswers::as_search(const ControlServer::Respond& respond) const {
  return [respond, search = searches_](ControlResponse response) { respond(std::move(response)); };
}

const ControlCommand* AdminAnswers::command_of(std::string_view target) const {
  const auto read = std::ranges::find(reads, target, &Read::target);
  if (read == reads.end()) return nullptr;
  const auto command = std::ranges::find(commands_, read->command, &ControlCommand::target);
  return command == commands_.end() ? nullptr : &*command;
}

ControlResponse AdminAnswers::probe(bool readiness) const {
  const std::string_view why = readiness ? why_not_ready_() : "";
  return {.status = why.empty() ? 200u : 503u,
          .body = (why.empty() ? "ok" : std::string(why)) + '\n',
          .content_type = "text/plain; charset=utf-8"};
}

// The command gets the target by which the control socket knows it, with the query.
void AdminAnswers::read(const ControlCommand& command, const ControlRequest& request,
                        const ControlServer::Respond& respond) const {
  ControlRequest asked = request;
  asked.target.replace(0, path_of(request.target).size(), command.target);
  const Read& read = read_of(command);
  if (!read.searches) {
    const auto key = shared_key(read, asked.target);
    return key ? share(*key, command, asked, respond) : command.run(asked, respond);
  }
  if (searches_.use_count() > static_cast<long>(most_searches))
    return respond(error_response(503, "too many searches of all sessions go on; ask again"));
  command.run(asked, as_search(respond));
}

// These commands answer before they return.
void AdminAnswers::share(const std::string& key, const ControlCommand& command, const ControlRequest& request,
                         const ControlServer::Respond& respond) const {
  const auto began = SharedAnswers::Clock::now();
  if (const ControlResponse* const kept = shared_.find(key, began)) return respond(*kept);
  command.run(request, [&](ControlResponse response) {
    shared_.made(key, response, began, SharedAnswers::Clock::now());
    respond(std::move(response));
  });
}

void AdminAnswers::answer(const ControlRequest& request, const ControlServer::Respond& respond) const {
  const std::string_view target = path_of(request.target);
  const ControlCommand* const command = command_of(target);
  const bool is_probe = target == health_probe || target == ready_probe;
  if (!command && !is_probe && !is_of_dashboard(target))
    return respond(error_response(404, "there is nothing of this name"));
  if (request.method != "GET" && request.method != "HEAD") return respond(method_refusal());
  if (is_probe) return respond(probe(target == ready_probe));
  if (command) return read(*command, request, respond);
  respond(dashboard_response(target, request.if_none_match));
}

}  // namespace duplexd
