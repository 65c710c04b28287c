#include "core/metrics/exposition/metric.hpp"
#include "tests/support/metrics/some_figures.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

namespace duplexd::test {
namespace {

/// The names of the labels of the first sample, as the table writes them; "?": there is no sample.
class LabelNames final : public Samples {
 public:
  void add(Labels labels, MetricValue) override { note(labels); }
  void add(Labels labels, const HistogramCounts&, const Bounds&) override {
    has_histogram = true;
    note(labels);
  }

  std::string names = "?";
  bool has_histogram = false;

 private:
  void note(Labels labels) {
    if (names != "?") return;
    names.clear();
    for (const Label& label : labels) names.append(names.empty() ? "" : ", ").append(label.name);
  }
};

TEST(MetricTableTest, NamesAreUniqueAndOurs) {
  std::set<std::string_view> names;
  for_each_metric([&](const Metric& metric) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_TRUE(metric.name.starts_with("duplexd_") || metric.name.starts_with("process_")) << metric.name;
    for (const char c : metric.name)
      EXPECT_TRUE(std::islower(c) || std::isdigit(c) || c == '_') << metric.name;
  });
  EXPECT_GT(names.size(), 40u);
}

TEST(MetricTableTest, CountersAloneEndInTotal) {
  for_each_metric([](const Metric& metric) {
    EXPECT_EQ(metric.name.ends_with("_total"), metric.type == Metric::Type::counter) << metric.name;
  });
}

TEST(MetricTableTest, HelpIsPlainSentence) {
  for_each_metric([](const Metric& metric) {
    EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
    EXPECT_EQ(metric.help.find_first_of("\n\\"), std::string_view::npos) << metric.name << " needs escapes";
  });
}

TEST(MetricTableTest, SamplesHaveTheLabelsSaid) {
  const Figures figures = some_figures("name");
  for_each_metric([&](const Metric& metric) {
    LabelNames labels;
    metric.read(figures, labels);
    EXPECT_EQ(labels.names, metric.labels) << metric.name;
    EXPECT_EQ(labels.has_histogram, metric.type == Metric::Type::histogram) << metric.name;
  });
}

TEST(MetricTableTest, UnitsAreBaseUnits) {
  std::set<std::string_view> units;
  for_each_metric([&](const Metric& metric) { units.insert(unit_of(metric)); });
  EXPECT_EQ(units, (std::set<std::string_view>{"", "bytes", "seconds"}));
}

}  // namespace
}  // namespace duplexd::test
