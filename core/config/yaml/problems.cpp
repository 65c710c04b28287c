#include "core/config/yaml/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

// A longer line is shown without a caret, so that many problems in one huge line do not copy it each time.
constexpr std::size_t longest_source_line = 16 * 1024;

std::string source_line(const Sources& sources, Place place) {
  const std::string_view line = place.line == 0 ? "" : sources.line(place);
  return line.size() > longest_source_line ? "" : std::string(line);
}

}  // namespace

void Problems::add(Place place, std::string what) {
  if (!many()) found_.push_back({place, std::move(what)});
  ++count_;
}

std::vector<Problem> Problems::in_order(const Sources& sources) const {
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Found& a, const Found& b) { return a.place < b.place; });
  sorted.resize(std::min(sorted.size(), shown));

  std::vector<Problem> problems;
  for (const auto& [place, what] : sorted)
    problems.push_back(
        {sources.name(place.file), place.line, place.column, what, source_line(sources, place)});
  if (count_ > sorted.size())
    problems.push_back({sources.name(0), 0, 0, fmt::format("and {} more", count_ - sorted.size()), ""});
  return problems;
}

}  // namespace duplexd
