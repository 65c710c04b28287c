#include "core/metrics/exposition/metric.hpp"

#include <fmt/format.h>

namespace duplexd {

namespace {

using enum Metric::Type;

template <class Read>
void of_workers(const Figures& figures, Samples& samples, Read read) {
  for (std::size_t i = 0; i < figures.workers.size(); ++i)
    samples.add({{"worker", fmt::format_int(i).c_str()}}, read(figures.workers[i]));
}

template <auto Member>
void value_of_workers(const Figures& figures, Samples& samples) {
  of_workers(figures, samples, [](const WorkerFigures& each) { return std::uint64_t{each.*Member}; });
}

void loop_lag(const Figures& figures, Samples& samples) {
  for (std::size_t i = 0; i < figures.workers.size(); ++i)
    samples.add({{"worker", fmt::format_int(i).c_str()}}, figures.workers[i].lateness, answer_bounds);
}

constexpr Metric worker_rows[] = {
    {"duplexd_worker_running", gauge, "worker", "1: the worker runs; 0: it has ended in order.",
     value_of_workers<&WorkerFigures::runs>},
    {"duplexd_worker_ticks_total", counter, "worker",
     "How often the worker's loop has come round, which it does ten times a second.",
     value_of_workers<&WorkerFigures::ticks>},
    {"duplexd_worker_loop_lag_seconds", histogram, "worker",
     "Ticks of the worker's loop, by how late they came: so long a byte may have waited for other work.",
     loop_lag},
    {"duplexd_worker_sessions", gauge, "worker", "Sessions of the worker.",
     value_of_workers<&WorkerFigures::sessions>},
    {"duplexd_worker_buffers", gauge, "worker", "Buffers of 64 KiB that sessions of the worker have leased.",
     value_of_workers<&WorkerFigures::buffers>},
    {"duplexd_worker_pipes", gauge, "worker", "Pipes that sessions of the worker have leased.",
     value_of_workers<&WorkerFigures::pipes>},
    {"duplexd_worker_handler_memory_uses_total", counter, "worker",
     "Operations of the worker that took the memory of their chain, instead of the heap.",
     value_of_workers<&WorkerFigures::handler_memory_uses>},
    {"duplexd_worker_handler_memory_busy", gauge, "worker",
     "Operations of the worker that are outstanding in the memory of their chains.",
     value_of_workers<&WorkerFigures::handler_memory_busy>},
    {"duplexd_worker_handler_memory_busy_max", gauge, "worker",
     "The most operations of the worker that ever were outstanding so at once.",
     value_of_workers<&WorkerFigures::handler_memory_most_busy>},
    {"duplexd_handler_memory_fallbacks_total", counter, "",
     "Operations that did not fit the memory of their chain; 0 unless there is a bug.",
     [](const Figures& figures, Samples& samples) {
       samples.add({}, figures.totals.handler_memory_fallbacks);
     }},
    {"duplexd_spurious_wakeups_total", counter, "",
     "How often a socket was said to be readable and had nothing to read.",
     [](const Figures& figures, Samples& samples) { samples.add({}, figures.totals.spurious_wakeups); }},
};

}  // namespace

std::span<const Metric> worker_metrics() noexcept { return worker_rows; }

}  // namespace duplexd
