// Names in metrics. Whatever bytes a name has, each sample comes back with it, and nothing else does.
#include "core/metrics/exposition/prometheus_text.hpp"
#include "tests/support/metrics/scraped.hpp"
#include "tests/support/metrics/some_figures.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace duplexd;
using namespace duplexd::test;

/// Without the rows of each reason, which would take most of the time.
Scraped scraped_with(const std::string& name) {
  Figures figures = some_figures(name);
  figures.totals = {};
  return scrape(prometheus_text(figures));
}

const std::size_t samples = scraped_with("name").samples.size();

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string name(reinterpret_cast<const char*>(data), size);
  const Scraped scraped = scraped_with(name);
  expect(scraped.samples.size() == samples);
  for (const Scraped::Sample& sample : scraped.samples) {
    for (const char* const label : {"listener", "upstream", "endpoint", "file", "version"}) {
      const auto found = sample.labels.find(label);
      expect(found == sample.labels.end() || found->second == name);
    }
  }
  return 0;
}
