#include "core/metrics/exposition/metric.hpp"

namespace duplexd {

namespace {

using enum Metric::Type;

template <auto Member>
void value_of_process(const Figures& figures, Samples& samples) {
  samples.add({}, figures.process.*Member);
}

template <auto Member>
void seconds_of_process(const Figures& figures, Samples& samples) {
  samples.add({}, std::chrono::duration<double>(figures.process.*Member).count());
}

void build_info(const Figures& figures, Samples& samples) {
  samples.add({{"version", figures.process.version}}, std::uint64_t{1});
}

void state(const Figures& figures, Samples& samples) {
  for (const std::string_view word : {"serving", "paused", "stopping"})
    samples.add({{"state", word}}, std::uint64_t{figures.process.state == word});
}

void reloads(const Figures& figures, Samples& samples) {
  for (std::size_t i = 0; i < ProcessFigures::reload_results.size(); ++i)
    samples.add({{"result", ProcessFigures::reload_results[i]}}, figures.process.reloads[i]);
}

void reloaded(const Figures& figures, Samples& samples) {
  if (!figures.process.reloaded) return;
  samples.add({}, std::chrono::duration<double>(figures.process.reloaded->time_since_epoch()).count());
}

void reload_successful(const Figures& figures, Samples& samples) {
  samples.add({}, std::uint64_t{!figures.process.reload_refused});
}

void used(const Figures& figures, Samples& samples) { samples.add({}, figures.process.descriptors.used); }
void limit(const Figures& figures, Samples& samples) { samples.add({}, figures.process.descriptors.limit); }

constexpr Metric process_rows[] = {
    {"duplexd_build_info", gauge, "version", "1, with the version of the program.", build_info},
    {"duplexd_state", gauge, "state", "1 for the state of the process: serving, paused or stopping.", state},
    {"duplexd_uptime_seconds", gauge, "", "How long the process has been there.",
     seconds_of_process<&ProcessFigures::uptime>},
    {"duplexd_config_generation", gauge, "",
     "The generation of the configuration: 1 at the start, and 1 more with each reload that was applied.",
     value_of_process<&ProcessFigures::generation>},
    {"duplexd_config_reloads_total", counter, "result",
     "Reloads of the configuration that were asked for: applied, unchanged or refused.", reloads},
    {"duplexd_config_last_reload_successful", gauge, "",
     "0: the last reload was refused; 1: it was not, or there was none.", reload_successful},
    {"duplexd_config_last_reload_timestamp_seconds", gauge, "",
     "When the last reload was, since 1970; no sample: there was none.", reloaded},
    {"duplexd_log_records_dropped_total", counter, "", "Records that the log had no room for.",
     value_of_process<&ProcessFigures::log_dropped>},
    {"duplexd_sessions_limit", gauge, "", "Sessions that the process may have at once.",
     value_of_process<&ProcessFigures::sessions_limit>},
    {"duplexd_pipes_limit", gauge, "", "Pipes that the workers may lease together.",
     value_of_process<&ProcessFigures::pipes_limit>},
    {"duplexd_source_ports", gauge, "",
     "Ports that the kernel may dial from, for each address of this host and each address that is dialled; "
     "0: unknown.",
     value_of_process<&ProcessFigures::source_ports>},
    {"process_cpu_seconds_total", counter, "",
     "Time of CPUs that the process has used, its own and the kernel's.",
     seconds_of_process<&ProcessFigures::cpu>},
    {"process_open_fds", gauge, "", "Descriptors that are open.", used},
    {"process_max_fds", gauge, "", "Descriptors that may be open.", limit},
    {"process_resident_memory_bytes", gauge, "", "Memory that is resident.",
     value_of_process<&ProcessFigures::resident_bytes>},
    {"process_virtual_memory_bytes", gauge, "", "Memory that is mapped.",
     value_of_process<&ProcessFigures::virtual_bytes>},
    {"process_start_time_seconds", gauge, "", "When the process was started, since 1970.",
     seconds_of_process<&ProcessFigures::started>},
};

}  // namespace

std::span<const Metric> process_metrics() noexcept { return process_rows; }

}  // namespace duplexd
