#pragma once

#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd::bench {

/// `--name value` pairs of a command line. Throws std::runtime_error with the text for the user. The views
/// live as long as argv.
class Arguments {
 public:
  Arguments(int argc, const char* const* argv, std::initializer_list<std::string_view> known);

  std::string_view text(std::string_view name) const;  ///< the one value; the option is required
  std::vector<std::string_view> all(std::string_view name) const;

  template <class Number>
  Number number(std::string_view name, Number fallback, Number least) const {
    return has(name) ? to_number(name, text(name), least) : fallback;
  }

  template <class Number>
  static Number to_number(std::string_view name, std::string_view text, Number least) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number >= least) return number;
    throw std::runtime_error(std::string(name) + " takes a number of at least " + std::to_string(least) +
                             ", not '" + std::string(text) + "'");
  }

 private:
  bool has(std::string_view name) const { return !all(name).empty(); }

  std::vector<std::pair<std::string_view, std::string_view>> pairs_;
};

}  // namespace duplexd::bench
