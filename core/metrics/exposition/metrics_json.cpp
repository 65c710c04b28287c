#include "core/metrics/exposition/metrics_json.hpp"

#include "core/metrics/exposition/metric.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <utility>
#include <variant>

namespace duplexd {

namespace {

namespace json = boost::json;

json::string_view text(std::string_view of) { return {of.data(), of.size()}; }

json::object to_json(Labels labels) {
  json::object all;
  for (const Label& label : labels) all[text(label.name)] = text(label.value);
  return all;
}

class Objects final : public Samples {
 public:
  void add(Labels labels, MetricValue value) override {
    const json::value number = std::visit([](auto of) { return json::value(of); }, value);
    all_.push_back(json::object{{"labels", to_json(labels)}, {"value", number}});
  }

  void add(Labels labels, const HistogramCounts& counts, const Bounds& bounds) override {
    json::array buckets;
    std::uint64_t shorter = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      shorter += counts.buckets[i];
      const double bound = std::chrono::duration<double>(bounds[i]).count();
      buckets.push_back(json::object{{"le", bound}, {"count", shorter}});
    }
    all_.push_back(json::object{{"labels", to_json(labels)},
                                {"count", counts.count()},
                                {"sum", to_seconds(counts.microseconds)},
                                {"buckets", std::move(buckets)}});
  }

  json::array take() { return std::move(all_); }

 private:
  json::array all_;
};

}  // namespace

json::value metrics_json(const Figures& figures) {
  json::array all;
  for_each_metric([&](const Metric& metric) {
    Objects samples;
    metric.read(figures, samples);
    all.push_back(json::object{{"name", text(metric.name)},
                               {"type", text(to_word(metric.type))},
                               {"unit", text(unit_of(metric))},
                               {"help", text(metric.help)},
                               {"samples", samples.take()}});
  });
  return json::object{{"metrics", std::move(all)}};
}

}  // namespace duplexd
