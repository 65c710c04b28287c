#include "core/metrics/exposition/prometheus_text.hpp"

#include "core/metrics/exposition/metric.hpp"
#include "tests/support/metrics/scraped.hpp"
#include "tests/support/metrics/some_figures.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>

namespace duplexd::test {
namespace {

using testing::HasSubstr;

TEST(PrometheusTextTest, SamplesFollowTheirHelpAndType) {
  Figures figures;
  figures.totals.listeners.push_back({.name = "web", .accepted = 7});
  EXPECT_THAT(prometheus_text(figures),
              HasSubstr("# HELP duplexd_sessions_accepted_total Connections that were accepted.\n"
                        "# TYPE duplexd_sessions_accepted_total counter\n"
                        "duplexd_sessions_accepted_total{listener=\"web\"} 7\n"));
}

TEST(PrometheusTextTest, MetricsWithoutSamplesAreLeftOut) {
  EXPECT_THAT(prometheus_text({}), Not(HasSubstr("duplexd_sessions_accepted_total")));
}

TEST(PrometheusTextTest, LargeCountersAreExact) {
  Figures figures;
  figures.totals.listeners.push_back({.name = "web", .upstream_bytes = 18'446'744'073'709'551'615u});
  EXPECT_THAT(prometheus_text(figures), HasSubstr(" 18446744073709551615\n"));
}

TEST(PrometheusTextTest, SpecialCharactersAreEscaped) {
  Figures figures;
  figures.totals.listeners.push_back({.name = "a\"b\\c\nd"});
  EXPECT_THAT(prometheus_text(figures), HasSubstr(R"({listener="a\"b\\c\nd"})"));
}

TEST(PrometheusTextTest, BucketsCountWhatIsShorter) {
  Figures figures;
  figures.workers.resize(1);
  figures.workers[0].lateness.buckets[0] = 2;
  figures.workers[0].lateness.buckets[3] = 3;
  figures.workers[0].lateness.buckets.back() = 4;
  figures.workers[0].lateness.microseconds = 1'500'000;
  const std::string text = prometheus_text(figures);
  const std::string name = "duplexd_worker_loop_lag_seconds";
  EXPECT_THAT(text, HasSubstr("# TYPE " + name + " histogram\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{worker=\"0\",le=\"0.0001\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{worker=\"0\",le=\"0.001\"} 5\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{worker=\"0\",le=\"3\"} 5\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{worker=\"0\",le=\"+Inf\"} 9\n"));
  EXPECT_THAT(text, HasSubstr(name + "_sum{worker=\"0\"} 1.5\n"));
  EXPECT_THAT(text, HasSubstr(name + "_count{worker=\"0\"} 9\n"));
}

TEST(PrometheusTextTest, EveryNameComesBack) {
  std::minstd_rand random(1);
  constexpr std::string_view hostile =
      "\"\\\nn{}=,# \r\t\x7f\xc3\xa9"
      "ab";
  for (int i = 0; i < 300; ++i) {
    std::string name;
    for (auto size = random() % 12; size > 0; --size) name += hostile[random() % hostile.size()];
    const Scraped scraped = scrape(prometheus_text(some_figures(name)));
    for (const Scraped::Sample& sample : scraped.samples) {
      for (const char* const label : {"listener", "upstream", "endpoint", "file", "version"}) {
        const auto found = sample.labels.find(label);
        if (found == sample.labels.end()) continue;
        ASSERT_EQ(found->second, name) << sample.name;
      }
    }
  }
}

TEST(PrometheusTextTest, EveryMetricIsScraped) {
  const Scraped scraped = scrape(prometheus_text(some_figures("name")));
  for_each_metric([&](const Metric& metric) {
    EXPECT_EQ(scraped.types.at(std::string(metric.name)), to_word(metric.type));
    EXPECT_EQ(scraped.helps.at(std::string(metric.name)), metric.help);
  });
}

}  // namespace
}  // namespace duplexd::test
