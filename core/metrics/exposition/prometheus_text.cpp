#include "core/metrics/exposition/prometheus_text.hpp"

#include "core/metrics/exposition/metric.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <utility>
#include <variant>

namespace duplexd {

namespace {

/// Appends the lines of one metric.
class Lines final : public Samples {
 public:
  Lines(const Metric& metric, std::string& text) : metric_(metric), text_(text) {}

  void add(Labels labels, MetricValue value) override { line("", labels, {}, value); }

  void add(Labels labels, const HistogramCounts& counts, const Bounds& bounds) override {
    std::uint64_t shorter = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      shorter += counts.buckets[i];
      const auto bound = fmt::format("{}", std::chrono::duration<double>(bounds[i]).count());
      line("_bucket", labels, {"le", bound}, shorter);
    }
    line("_bucket", labels, {"le", "+Inf"}, counts.count());
    line("_sum", labels, {}, to_seconds(counts.microseconds));
    line("_count", labels, {}, counts.count());
  }

 private:
  void line(std::string_view suffix, Labels labels, const Label& last, MetricValue value) {
    if (!begun_) begin();
    text_.append(metric_.name).append(suffix);
    char before = '{';
    for (const Label& label : labels) append(std::exchange(before, ','), label);
    if (!last.name.empty()) append(std::exchange(before, ','), last);
    if (before == ',') text_ += '}';
    std::visit([this](auto number) { fmt::format_to(std::back_inserter(text_), " {}\n", number); }, value);
  }

  void begin() {
    begun_ = true;
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", metric_.name, metric_.help,
                   to_word(metric_.type));
  }

  void append(char before, const Label& label) {
    text_ += before;
    text_.append(label.name).append("=\"");
    append_escaped(label.value);
    text_ += '"';
  }

  void append_escaped(std::string_view value) {
    for (const char c : value) {
      if (c == '\\' || c == '"') text_ += '\\';
      c == '\n' ? text_.append("\\n") : text_.append(1, c);
    }
  }

  const Metric& metric_;
  std::string& text_;
  bool begun_ = false;
};

}  // namespace

std::string prometheus_text(const Figures& figures) {
  std::string text;
  for_each_metric([&](const Metric& metric) {
    Lines lines(metric, text);
    metric.read(figures, lines);
  });
  return text;
}

}  // namespace duplexd
