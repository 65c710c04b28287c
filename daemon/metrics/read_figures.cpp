#include "daemon/metrics/read_figures.hpp"

#include "daemon/metrics/process_figures.hpp"
#include "daemon/process.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

namespace {

std::size_t index_of_state(Standing standing) {
  const auto& states = EndpointFigures::states;
  return static_cast<std::size_t>(std::ranges::find(states, to_word(standing)) - states.begin());
}

EndpointFigures figures_of(const std::string& upstream, const EndpointReport& report) {
  EndpointFigures figures{.upstream = upstream,
                          .name = report.name,
                          .weight = report.weight,
                          .max_sessions = report.max_sessions};
  for (const AddressReport& address : report.addresses) {
    ++figures.addresses.at(index_of_state(address.standing));
    if (!address.last_check || (figures.checked && *figures.checked > address.last_check->at)) continue;
    figures.checked = address.last_check->at;
    figures.check_passed = address.last_check->result.passed();
  }
  return figures;
}

void add_upstreams(Figures& figures, const Server& server) {
  for (const Totals::Upstream& upstream : figures.totals.upstreams) {
    const std::optional<UpstreamReport> report = server.report(upstream.name);
    if (!report) continue;
    figures.upstreams.push_back({upstream.name, report->waiting});
    for (const EndpointReport& endpoint : report->endpoints)
      figures.endpoints.push_back(figures_of(upstream.name, endpoint));
  }
}

void add_reloads(ProcessFigures& process, const Reloader& reloader) {
  process.generation = reloader.generation();
  process.reloads = reloader.counts();
  const ReloadOutcome* const last = reloader.last();
  if (!last) return;
  process.reloaded = last->time;
  process.reload_refused = last->result == ReloadOutcome::Result::refused;
}

}  // namespace

Figures read_figures(const Server& server, const Reloader& reloader, const DaemonFigures& daemon) {
  using namespace std::chrono;
  Figures figures{.totals = server.totals(), .workers = server.workers()};
  add_upstreams(figures, server);
  for (const CertificateReport& each : server.certificates())
    figures.certificates.push_back({each.listener, each.file, each.expires});
  ProcessFigures& process = figures.process;
  process.version = program_version;
  process.state = to_word(daemon.state);
  process.log_dropped = daemon.log_dropped;
  process.uptime = duration_cast<milliseconds>(daemon.uptime);
  process.started = daemon.started.time_since_epoch();
  process.sessions_limit = server.limits().sessions;
  process.pipes_limit = server.limits().pipes.pipes;
  process.source_ports = source_ports();
  add_reloads(process, reloader);
  read_kernels_figures(process);
  return figures;
}

}  // namespace duplexd
