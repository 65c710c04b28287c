// What the control socket asks of the daemon.
#include "daemon/control/explain/explain_command.hpp"
#include "daemon/control/sessions/session_commands.hpp"
#include "daemon/daemon.hpp"
#include "daemon/handover/move_plan_json.hpp"
#include "daemon/log/records/recent_command.hpp"
#include "daemon/metrics/metrics_response.hpp"
#include "daemon/metrics/read_figures.hpp"
#include "daemon/process_log.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplexd {
namespace {

ControlResponse response(unsigned status, const boost::json::value& body) {
  return {status, boost::json::serialize(body)};
}

unsigned status_of(const ReloadOutcome& outcome) {
  return outcome.result == ReloadOutcome::Result::refused ? 422 : 200;
}

ControlResponse state_response(unsigned status, ProcessState state) {
  return {status, fmt::format(R"({{"state":"{}"}})", to_word(state))};
}

ControlResponse already_upgrading() {
  return {503, R"({"error":"a new process is about to serve instead"})"};
}
ControlResponse already_stopping() { return {503, R"({"error":"duplexd is stopping"})"}; }

}  // namespace

void Daemon::restore_orders(const std::string& state_file) {
  endpoint_control_.emplace(*server_, catalogs_, state_file,
                            [this](std::string_view problem) { log_.write(state_failed_line(problem)); });
  endpoint_control_->restore();
  for (LogLine& line : order_lines(server_->orders())) log_.write(std::move(line));
  if (!catalogs_.lists().empty()) catalog_keeper_.soon();
}

std::vector<ControlCommand> Daemon::commands() {
  using Respond = ControlServer::Respond;
  const auto reloaded = [this](const Respond& respond) {
    reloader_->request([this, respond](const ReloadOutcome& outcome) {
      respond(response(status_of(outcome), reload_json(outcome, *reloader_, server_->totals())));
    });
  };
  std::vector<ControlCommand> all{
      {"GET", "/v1/status",
       [this](const ControlRequest&, const Respond& respond) { respond(response(200, status())); }},
      {"GET", "/v1/metrics",
       [this](const ControlRequest& request, const Respond& respond) {
         respond(metrics_response(request.target, [this] { return figures(); }));
       }},
      {"GET", "/v1/plan",
       [this](const ControlRequest&, const Respond& respond) {
         const ReloadOutcome outcome = reloader_->plan();
         respond(response(status_of(outcome), plan_json(outcome, server_->totals())));
       }},
      {"GET", "/v1/plan/upgrade",
       [this](const ControlRequest&, const Respond& respond) {
         if (stopping_) return respond(already_stopping());
         server_->plan_moves([respond](const MovePlan& plan) { respond(response(200, to_json(plan))); });
       }},
      unless_upgrading({"POST", "/v1/reload",
                        [this, reloaded](const ControlRequest&, const Respond& respond) {
                          if (stopping_) return respond(already_stopping());
                          reloaded(respond);
                        }}),
      {"POST", "/v1/upgrade", [this](const ControlRequest&, const Respond& respond) { upgrade(respond); }},
      unless_upgrading(
          {"POST", "/v1/pause", [this](const ControlRequest&, const Respond& respond) { pause(respond); }}),
      unless_upgrading(
          {"POST", "/v1/resume", [this](const ControlRequest&, const Respond& respond) { resume(respond); }}),
      {"POST", "/v1/stop",
       [this](const ControlRequest&, const Respond& respond) {
         respond(state_response(202, ProcessState::stopping));
         if (!stopping_) stop(stopped_by_command);
       }},
  };
  all.push_back(recent_command(log_.recent()));
  all.push_back(explain_command(*server_, *reloader_));
  std::ranges::copy(endpoint_control_->commands(), std::back_inserter(all));
  for (ControlCommand& order : endpoint_control_->orders()) all.push_back(unless_upgrading(std::move(order)));
  std::ranges::copy(session_commands(*server_), std::back_inserter(all));
  all.push_back(unless_upgrading(unless_parking(kill_command(*server_))));
  return all;
}

// A new process is told when it starts what was ordered until then: what came later would be lost.
ControlCommand Daemon::unless_upgrading(ControlCommand command) {
  command.run = [this, run = std::move(command.run)](const ControlRequest& request,
                                                     const ControlServer::Respond& respond) {
    upgrade_ ? respond(already_upgrading()) : run(request, respond);
  };
  return command;
}

// A part of the sessions is out of reach then, and another process will have them.
ControlCommand Daemon::unless_parking(ControlCommand command) {
  command.run = [this, run = std::move(command.run)](const ControlRequest& request,
                                                     const ControlServer::Respond& respond) {
    next_ ? respond(already_stopping()) : run(request, respond);
  };
  return command;
}

void Daemon::pause(const ControlServer::Respond& respond) {
  if (stopping_) return respond(already_stopping());
  server_->pause([this, respond] {
    log_.write(sessions_line(EventKind::paused, server_->totals()));
    respond(state_response(200, state()));
  });
}

void Daemon::resume(const ControlServer::Respond& respond) {
  if (stopping_) return respond(already_stopping());
  server_->resume();
  log_.write(sessions_line(EventKind::resumed, server_->totals()));
  respond(state_response(200, state()));
}

ProcessState Daemon::state() const noexcept {
  if (stopping_) return ProcessState::stopping;
  return server_->paused() ? ProcessState::paused : ProcessState::serving;
}

Figures Daemon::figures() {
  return read_figures(*server_, *reloader_,
                      {.state = state(),
                       .uptime = std::chrono::steady_clock::now() - started_,
                       .started = started_at_,
                       .log_dropped = log_.dropped()},
                      source_port_look_);
}

std::chrono::seconds Daemon::uptime() const noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
}

}  // namespace duplexd
