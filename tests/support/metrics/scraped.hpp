#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::test {

/// What a scrape has read from a text of Prometheus, version 0.0.4.
struct Scraped {
  struct Sample {
    std::string name;
    std::map<std::string, std::string> labels{};
    double value = 0;

    friend bool operator==(const Sample&, const Sample&) = default;
  };

  std::map<std::string, std::string> types{};
  std::map<std::string, std::string> helps{};
  std::vector<Sample> samples{};

  /// The sum of the samples of this name; 0: there are none.
  double sum(std::string_view name) const;
};

/// Reads all of `text`, strictly, or throws std::runtime_error with the line.
Scraped scrape(std::string_view text);

}  // namespace duplexd::test
