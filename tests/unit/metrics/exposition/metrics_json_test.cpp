#include "core/metrics/exposition/metrics_json.hpp"

#include "core/metrics/exposition/metric.hpp"
#include "tests/support/metrics/some_figures.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <string_view>

namespace duplexd::test {
namespace {

namespace json = boost::json;

json::object metric_of(const Figures& figures, std::string_view name) {
  const json::value all = metrics_json(figures);
  for (const json::value& each : all.at("metrics").as_array())
    if (each.at("name").as_string() == name) return each.as_object();
  ADD_FAILURE() << name;
  return {};
}

TEST(MetricsJsonTest, EachMetricIsThereWithoutSamples) {
  std::size_t metrics = 0;
  for_each_metric([&](const Metric&) { ++metrics; });
  EXPECT_EQ(metrics_json({}).at("metrics").as_array().size(), metrics);
}

TEST(MetricsJsonTest, SamplesHaveLabelsAndExactValues) {
  Figures figures = some_figures("a\"b");
  figures.totals.listeners[0].upstream_bytes = 18'446'744'073'709'551'615u;
  const json::object metric = metric_of(figures, "duplexd_delivered_bytes_total");
  EXPECT_EQ(metric.at("type"), json::value("counter"));
  EXPECT_EQ(metric.at("unit"), json::value("bytes"));
  EXPECT_EQ(metric.at("samples").as_array().at(0),
            json::value({{"labels", {{"listener", "a\"b"}, {"direction", "upstream"}}},
                         {"value", 18'446'744'073'709'551'615u}}));
}

TEST(MetricsJsonTest, HistogramsHaveCountSumAndBuckets) {
  Figures figures = some_figures("name");
  figures.workers[0].lateness.buckets[0] = 2;
  figures.workers[0].lateness.buckets.back() = 3;
  figures.workers[0].lateness.microseconds = 2'500'000;
  const json::object metric = metric_of(figures, "duplexd_worker_loop_lag_seconds");
  const json::value& sample = metric.at("samples").as_array().at(0);
  EXPECT_EQ(sample.at("count"), json::value(5u));
  EXPECT_EQ(sample.at("sum"), json::value(2.5));
  EXPECT_EQ(sample.at("buckets").as_array().at(12), json::value({{"le", 3.0}, {"count", 2u}}));
}

}  // namespace
}  // namespace duplexd::test
