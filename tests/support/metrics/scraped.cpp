#include "tests/support/metrics/scraped.hpp"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

namespace duplexd::test {

namespace {

/// Takes the text of one line apart, from its front.
class Line {
 public:
  explicit Line(std::string_view text) : whole_(text), rest_(text) {}

  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void take(std::string_view expected) {
    if (!skip(expected)) fail();
  }
  std::string name() {
    const std::size_t size =
        rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");
    if (size == 0) fail();
    return std::string(cut(size));
  }
  /// Between quotes.
  std::string value() {
    take("\"");
    std::string text;
    while (!skip("\"")) text += skip("\\") ? unescaped(cut(1)) : cut(1).front();
    return text;
  }
  std::string_view rest() { return cut(rest_.size()); }
  [[noreturn]] void fail() const { throw std::runtime_error("cannot be read: " + std::string(whole_)); }

 private:
  std::string_view cut(std::size_t size) {
    if (rest_.empty() && size > 0) fail();
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(text.size());
    return text;
  }
  char unescaped(std::string_view c) const {
    if (c == "n") return '\n';
    if (c != "\\" && c != "\"") fail();
    return c.front();
  }

  std::string_view whole_;
  std::string_view rest_;
};

double number(Line& line) {
  const std::string_view text = line.rest();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) line.fail();
  return value;
}

void read_comment(Line& line, Scraped& scraped) {
  auto& all = line.skip("HELP ") ? scraped.helps : (line.take("TYPE "), scraped.types);
  const std::string name = line.name();
  line.take(" ");
  if (!all.emplace(name, line.rest()).second) line.fail();
}

Scraped::Sample read_sample(Line& line) {
  Scraped::Sample sample{.name = line.name()};
  if (line.skip("{")) {
    do {
      const std::string name = line.name();
      line.take("=");
      if (!sample.labels.emplace(name, line.value()).second) line.fail();
    } while (line.skip(","));
    line.take("}");
  }
  line.take(" ");
  sample.value = number(line);
  return sample;
}

}  // namespace

double Scraped::sum(std::string_view name) const {
  double all = 0;
  for (const Sample& sample : samples)
    if (sample.name == name) all += sample.value;
  return all;
}

Scraped scrape(std::string_view text) {
  Scraped scraped;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    Line line(text.substr(0, end));
    if (end == std::string_view::npos) line.fail();
    text.remove_prefix(end + 1);
    line.skip("# ") ? read_comment(line, scraped) : scraped.samples.push_back(read_sample(line));
  }
  return scraped;
}

}  // namespace duplexd::test
