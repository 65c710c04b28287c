#include "daemon/admin/admin_answers.hpp"

#include "core/control/http.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view health_probe = "/healthz", ready_probe = "/readyz";

struct Read {
  std::string_view target, command;
};
constexpr std::array reads{Read{"/metrics", "/v1/metrics"}, Read{"/status", "/v1/status"}};

ControlResponse method_refusal() {
  ControlResponse response = error_response(405, "only GET and HEAD are answered");
  response.allow = "GET, HEAD";
  return response;
}

}  // namespace

AdminAnswers::AdminAnswers(std::vector<ControlCommand> commands, WhyNotReady why_not_ready)
    : commands_(std::move(commands)), why_not_ready_(std::move(why_not_ready)) {}

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
void AdminAnswers::answer(const ControlRequest& request, const ControlServer::Respond& respond) const {
  const auto query = std::min(request.target.find('?'), request.target.size());
  const std::string target = request.target.substr(0, query);
  const ControlCommand* const command = command_of(target);
  const bool is_probe = target == health_probe || target == ready_probe;
  if (!command && !is_probe) return respond(error_response(404, "there is nothing of this name"));
  if (request.method != "GET" && request.method != "HEAD") return respond(method_refusal());
  if (is_probe) return respond(probe(target == ready_probe));
  ControlRequest asked = request;
  asked.target.replace(0, query, command->target);
  command->run(asked, respond);
}

}  // namespace duplexd
