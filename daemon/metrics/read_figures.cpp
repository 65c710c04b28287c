#include "daemon/metrics/read_figures.hpp"

#include "daemon/metrics/process_figures.hpp"
#include "daemon/process.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

std::vector<NamedReport> reports_of(const Figures& figures, const Server& server) {
  std::vector<NamedReport> reports;
  for (const Totals::Upstream& upstream : figures.totals.upstreams) {
    if (auto report = server.report(upstream.name)) reports.emplace_back(upstream.name, std::move(*report));
  }
  return reports;
}

void add_upstreams(Figures& figures, std::span<const NamedReport> upstreams) {
  for (const auto& [name, report] : upstreams) {
    figures.upstreams.push_back({name, report.waiting});
    for (const EndpointReport& endpoint : report.endpoints)
      figures.endpoints.push_back(figures_of(name, endpoint));
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

Figures read_figures(const Server& server, const Reloader& reloader, const DaemonFigures& daemon,
                     SourcePortLook& look) {
  using namespace std::chrono;
  Figures figures{.totals = server.totals(), .workers = server.workers()};
  const std::vector<NamedReport> upstreams = reports_of(figures, server);
  add_upstreams(figures, upstreams);
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
  figures.source_ports = source_port_figures(upstreams, look.uses(upstreams), process.source_ports);
  add_reloads(process, reloader);
  read_kernels_figures(process);
  return figures;
}

}  // namespace duplexd
