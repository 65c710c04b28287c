#pragma once

#include "core/metrics/exposition/figures.hpp"
#include "core/metrics/histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>

namespace duplexd {

/// A label of a sample. Its value is a name of the configuration, or a word of duplexd.
struct Label {
  std::string_view name;
  std::string_view value;
};
using Labels = std::initializer_list<Label>;
using MetricValue = std::variant<std::uint64_t, double>;

/// Converts a count of microseconds.
constexpr double to_seconds(std::uint64_t microseconds) noexcept {
  return static_cast<double>(microseconds) / 1e6;
}

/// Takes the samples of one metric.
class Samples {
 public:
  virtual ~Samples() = default;
  virtual void add(Labels labels, MetricValue value) = 0;
  virtual void add(Labels labels, const HistogramCounts& counts, const Bounds& bounds) = 0;
};

/// A row of the table from which everything comes that is said of metrics: what a scrape is answered, the
/// JSON, and the manual.
struct Metric {
  enum class Type : std::uint8_t { counter, gauge, histogram };

  std::string_view name;  ///< its base unit is its suffix, behind which counters have _total
  Type type;
  std::string_view labels;  ///< of each sample, for the manual: "listener, reason"
  std::string_view help;    ///< a sentence
  void (*read)(const Figures&, Samples&);
};
std::string_view to_word(Metric::Type type) noexcept;

/// "seconds", "bytes" or "": what it counts in.
std::string_view unit_of(const Metric& metric) noexcept;

// The parts of the table, in the order in which they are shown.
std::span<const Metric> listener_metrics() noexcept;
std::span<const Metric> upstream_metrics() noexcept;
std::span<const Metric> worker_metrics() noexcept;
std::span<const Metric> process_metrics() noexcept;

/// Calls `visit` with each row.
template <class Visit>
void for_each_metric(Visit visit) {
  for (const auto part : {listener_metrics(), upstream_metrics(), worker_metrics(), process_metrics()})
    for (const Metric& metric : part) visit(metric);
}

}  // namespace duplexd
