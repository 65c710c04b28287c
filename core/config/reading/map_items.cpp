// Items of lists, and lists of maps.
#include "core/config/reading/map_reader.hpp"
#include "core/config/spelling/number_range.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using Kind = YamlNode::Kind;

/// A value alone is short for a map with one key; the word `on`, for one without any.
YamlEntry as_map(const YamlEntry& item, std::string_view key) {
  YamlEntry map{"", item.place, {}};
  map.value.kind = Kind::map;
  map.value.place = item.place;
  if (key != MapReader::on_word) map.value.entries.push_back({std::string(key), item.place, item.value});
  return map;
}

/// A text that interpolate() gives back as it is.
std::string without_variables(std::string_view text) {
  std::string result;
  for (const char c : text) result.append(c == '$' ? 2 : 1, c);
  return result;
}

YamlEntry with_text(YamlEntry map, std::string_view key, std::string_view text) {
  const auto entry = std::find_if(map.value.entries.begin(), map.value.entries.end(),
                                  [&](const YamlEntry& each) { return each.key == key; });
  entry->value.text = without_variables(text);
  return map;
}

/// A file of ranges must not take all memory.
Parsed<std::vector<std::string>> numbers_in(std::string_view text, std::size_t& left) {
  auto texts = each_number(text);
  if (!texts) return texts;
  if (texts->size() > left) {
    left = 0;
    return ParseError{fmt::format("the ranges of the configuration have more than {} numbers in all",
                                  Reading::most_in_ranges)};
  }
  left -= texts->size();
  return texts;
}

}  // namespace

std::vector<const YamlEntry*> MapReader::items(std::string_view key) {
  const auto* entry = find(key);
  if (!entry || entry->value.kind == Kind::broken) return {};
  // An allow list whose entries were all commented out must not turn into "allow everyone".
  if (entry->value.kind == Kind::null) {
    problem(entry->place, key, "the value is missing; write [] for an empty list");
    return {};
  }
  if (entry->value.kind != Kind::list) return {entry};
  std::vector<const YamlEntry*> result;
  for (const auto& item : entry->value.entries) result.push_back(&item);
  return result;
}

std::vector<YamlEntry> MapReader::with_numbers(const YamlEntry& item, const std::string& path,
                                               std::string_view key) {
  const auto map = item.value.kind == Kind::map || key.empty() ? item : as_map(item, key);
  const auto* entry = map.value.find(key);
  const bool has_text = entry && entry->value.kind == Kind::scalar;
  const auto text = has_text ? interpolate(entry->value.text, reading_.system.environment) : parsed_text("");
  if (!text || !has_number_range(*text)) return {map};
  const auto texts = numbers_in(*text, reading_.left_in_ranges);
  if (!texts) {
    reading_.problems.add(entry->value.place, fmt::format("{}.{}: {}", path, key, texts.error().what));
    return {};
  }
  std::vector<YamlEntry> result;
  for (const auto& each : *texts) result.push_back(with_text(map, key, each));
  return result;
}

void MapReader::section(std::string_view key, const Section& read, std::string_view short_for) {
  const auto* entry = find(key);
  const bool is_word = !short_for.empty() && entry && entry->value.kind == Kind::scalar;
  const bool is_short = is_word && (short_for != on_word || entry->value.text == on_word);
  if (!is_short && entry && is_misspelt_section(*entry, key)) return;
  const auto map = is_short ? as_map(*entry, short_for) : YamlEntry();
  MapReader(reading_, is_short ? &map : entry, below(key)).read_all(read);
}

void MapReader::maps(std::string_view key, std::string_view short_for, const Section& read) {
  items_.clear();
  for (const auto* item : items(key)) {
    const auto problems = reading_.problems.count();
    for (const auto& one : with_numbers(*item, fmt::format("{}[{}]", path(key), items_.size()), short_for)) {
      if (reading_.problems.count() > problems) break;  // the others have the same one
      const auto index = fmt::format("[{}]", items_.size());
      items_.push_back(item->place);
      MapReader(reading_, &one, {path(key) + index, below(key).effective + index, ""}).read_all(read);
    }
  }
}

}  // namespace duplexd
