// The table of metrics as the manual shows it, on standard output.
#include "core/metrics/exposition/metric.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace duplexd;

std::string labels_of(const Metric& metric) {
  return metric.labels.empty() ? "" : fmt::format("; _{}_", metric.labels);
}

void print_part(std::string_view heading, std::span<const Metric> metrics) {
  fmt::print("## {}\n\n", heading);
  for (const Metric& metric : metrics)
    fmt::print("*{}* ({}{})\n\t{}\n\n", metric.name, to_word(metric.type), labels_of(metric), metric.help);
}

}  // namespace

int main() {
  print_part("Listeners", listener_metrics());
  print_part("Upstreams and endpoints", upstream_metrics());
  print_part("Workers", worker_metrics());
  print_part("Process", process_metrics());
}
