#include "daemon/control/endpoint_control.hpp"

#include "core/config/spelling/spelling.hpp"
#include "daemon/control/endpoint_json.hpp"
#include "daemon/control/endpoint_target.hpp"
#include "daemon/control/json_text.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

namespace json = boost::json;

ControlResponse response(unsigned status, const json::value& body) { return {status, json::serialize(body)}; }

ControlResponse response(const Refusal& refusal) {
  return response(refusal.status, json::object{{"error", text(refusal.sentence)}});
}

json::object report_json(const Server& server, const Orders::Name& name) {
  const auto report = server.report(name.first);
  const auto endpoint = std::ranges::find(report->endpoints, name.second, &EndpointReport::name);
  return endpoint_json(name.first, *endpoint);
}

/// None in the result: the configured weight is to count again.
Parsed<std::optional<unsigned>> weight_of(const Query& query) {
  const auto given = query.find("weight");
  if (given == query.end()) return std::optional<unsigned>();
  const Spelling<unsigned> spelling = number(0u, 1000u);
  const auto weight = spelling.parse(given->second);
  if (weight) return std::optional(*weight);
  return ParseError{fmt::format("weight {} {}: write {}", in_quotes(given->second), weight.error().what,
                                spelling.form.range)};
}

template <class Answer>
ControlCommand answered_by(std::string_view method, std::string_view target, Answer answer) {
  return {method, target,
          [answer = std::move(answer)](const ControlRequest& request, const ControlServer::Respond& respond) {
            respond(answer(request));
          }};
}

}  // namespace

void EndpointControl::restore() {
  const StateFile::Read read = file_.read();
  if (!read.problem.empty()) on_problem_(read.problem);
  for (const auto& [name, order] : read.state.orders)
    if (!server_.obey(name, order)) return on_problem_(file_.path() + " has too many endpoints");
}

void EndpointControl::keep() {
  if (file_.path().empty()) return;
  const std::string problem = file_.write(server_.orders(), catalogs_.lists());
  if (!problem.empty()) on_problem_(problem);
}

std::vector<ControlCommand> EndpointControl::commands() {
  using Request = const ControlRequest&;
  return {
      answered_by("GET", "/v1/endpoints", [this](Request request) { return list(request); }),
      answered_by("POST", "/v1/endpoints/check", [this](Request request) { return check(request); }),
  };
}

std::vector<ControlCommand> EndpointControl::orders() {
  const auto order = [](std::string_view target, auto answer) {
    return answered_by("POST", target, std::move(answer));
  };
  using Request = const ControlRequest&;
  return {
      order("/v1/endpoints/drain", [this](Request request) { return say(request, OperatorWord::drain); }),
      order("/v1/endpoints/disable", [this](Request request) { return say(request, OperatorWord::disable); }),
      order("/v1/endpoints/enable", [this](Request request) { return say(request, OperatorWord::none); }),
      order("/v1/endpoints/weight", [this](Request request) { return weigh(request); }),
  };
}

ControlResponse EndpointControl::list(const ControlRequest& request) const {
  const auto upstreams = upstream_targets(server_, request.target);
  if (!upstreams) return response(upstreams.error());
  json::array all;
  for (const std::string& upstream : *upstreams) {
    const auto report = server_.report(upstream);
    for (const EndpointReport& endpoint : report->endpoints) all.push_back(endpoint_json(upstream, endpoint));
  }
  return response(200, json::object{{"endpoints", std::move(all)}});
}

ControlResponse EndpointControl::say(const ControlRequest& request, OperatorWord word) {
  const auto target = endpoint_target(server_, request.target);
  if (!target) return response(target.error());
  Order order = target->endpoint.order;
  order.word = word;
  return obey(target->name, order);
}

ControlResponse EndpointControl::weigh(const ControlRequest& request) {
  const auto target = endpoint_target(server_, request.target, "weight");
  if (!target) return response(target.error());
  const auto weight = weight_of(target->query);
  if (!weight) return response(Refusal{400, weight.error().what});
  Order order = target->endpoint.order;
  order.weight = *weight;
  return obey(target->name, order);
}

ControlResponse EndpointControl::check(const ControlRequest& request) {
  const auto target = endpoint_target(server_, request.target);
  if (!target) return response(target.error());
  if (!server_.check(target->name))
    return response(Refusal{409, fmt::format("upstream {} has no check", target->name.first)});
  return response(202, report_json(server_, target->name));
}

// What cannot be kept is done all the same, and the answer says so.
ControlResponse EndpointControl::obey(const Orders::Name& endpoint, const Order& order) {
  if (!server_.obey(endpoint, order))
    return response(Refusal{409, fmt::format("{} endpoints are drained, disabled or have another weight, "
                                             "which is the limit; enable some first",
                                             Orders::most)});
  json::object answer = report_json(server_, endpoint);
  answer["kept"] = nullptr;
  answer["problem"] = nullptr;
  if (file_.path().empty()) return response(200, answer);
  const std::string problem = file_.write(server_.orders(), catalogs_.lists());
  if (!problem.empty()) on_problem_(problem);
  answer["kept"] = problem.empty();
  if (!problem.empty()) answer["problem"] = problem;
  return response(200, answer);
}

}  // namespace duplexd
