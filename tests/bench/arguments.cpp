#include "tests/bench/arguments.hpp"

#include <algorithm>

namespace duplexd::bench {
namespace {

std::string joined(std::initializer_list<std::string_view> names) {
  std::string text;
  for (const auto name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

}  // namespace

Arguments::Arguments(int argc, const char* const* argv, std::initializer_list<std::string_view> known) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw std::runtime_error("unknown option '" + std::string(name) + "'; there are " + joined(known));
    if (i + 1 == argc) throw std::runtime_error(std::string(name) + " needs a value");
    pairs_.emplace_back(name, argv[i + 1]);
  }
}

std::vector<std::string_view> Arguments::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_)
    if (key == name) values.push_back(value);
  return values;
}

std::string_view Arguments::text(std::string_view name) const {
  const auto values = all(name);
  if (values.size() == 1) return values.front();
  throw std::runtime_error(std::string(name) + " is needed once, and was given " +
                           std::to_string(values.size()) + " times");
}

}  // namespace duplexd::bench
