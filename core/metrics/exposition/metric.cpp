#include "core/metrics/exposition/metric.hpp"

namespace duplexd {

std::string_view to_word(Metric::Type type) noexcept {
  switch (type) {
    case Metric::Type::counter:
      return "counter";
    case Metric::Type::gauge:
      return "gauge";
    case Metric::Type::histogram:
      break;
  }
  return "histogram";
}

std::string_view unit_of(const Metric& metric) noexcept {
  constexpr std::string_view total = "_total";
  std::string_view name = metric.name;
  if (name.ends_with(total)) name.remove_suffix(total.size());
  for (const std::string_view unit : {"seconds", "bytes"})
    if (name.ends_with(unit)) return unit;
  return "";
}

}  // namespace duplexd
