#include "core/config/yaml/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts{0};
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts.push_back(at + 1);
  return starts;
}

}  // namespace

std::uint32_t Sources::add(std::string name, std::string text) {
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  auto lines = line_starts(text);
  files_.push_back({std::move(name), std::move(text), std::move(lines)});
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view Sources::line(Place place) const {
  const File& file = files_.at(place.file);
  if (place.line == 0 || place.line > file.lines.size()) return {};
  const auto rest = std::string_view(file.text).substr(file.lines[place.line - 1]);
  const auto line = rest.substr(0, rest.find('\n'));
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

Place Sources::place(std::uint32_t file, std::size_t offset) const {
  const auto& lines = files_.at(file).lines;
  const auto next = std::upper_bound(lines.begin(), lines.end(), offset);
  const auto line = static_cast<std::uint32_t>(next - lines.begin());
  return {file, line, static_cast<std::uint32_t>(offset - *(next - 1) + 1)};
}

std::string Sources::origin(Place place) const {
  return fmt::format("{}:{}:{}", name(place.file), place.line, place.column);
}

}  // namespace duplexd
