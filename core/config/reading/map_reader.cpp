#include "core/config/reading/map_reader.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using Kind = YamlNode::Kind;

/// A value alone is short for a map with one key.
YamlEntry as_map(const YamlEntry& item, std::string_view key) {
  YamlEntry map{"", item.place, {}};
  map.value.kind = Kind::map;
  map.value.place = item.place;
  map.value.entries.push_back({std::string(key), item.place, item.value});
  return map;
}

}  // namespace

MapReader::MapReader(Reading& reading, const YamlEntry* entry, std::string path, std::string inherited)
    : reading_(reading), entry_(entry), path_(std::move(path)), inherited_(std::move(inherited)) {}

MapReader::Names MapReader::read_map(Reading& reading, const YamlEntry* entry, const std::string& path,
                                     const std::string& inherited, const Section& read) {
  MapReader map(reading, entry, path, inherited);
  read(map);
  auto misspelt = map.report_unknown_keys();
  map.report_missing_keys(misspelt);
  return misspelt;
}

std::string MapReader::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const YamlEntry* MapReader::find(std::string_view key) {
  if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) keys_.push_back(key);
  return entry_ && entry_->value.kind == Kind::map ? entry_->value.find(key) : nullptr;
}

Place MapReader::place(std::string_view key) {
  const auto* entry = find(key);
  return entry ? entry->place : place();
}

Place MapReader::item_place(std::string_view key, std::size_t index) {
  const auto* entry = find(key);
  return entry && entry->value.kind == Kind::list ? entry->value.entries.at(index).place : place(key);
}

bool MapReader::is_empty_list(std::string_view key) {
  const auto* entry = find(key);
  return entry && entry->value.kind == Kind::list && entry->value.entries.empty();
}

bool MapReader::is_off(const YamlEntry& entry) const {
  if (entry.value.kind != Kind::scalar) return false;
  const auto text = interpolate(entry.value.text, reading_.system.environment);
  return text && *text == "off";
}

bool MapReader::is_on(std::string_view key, bool otherwise) {
  const auto* entry = find(key);
  const bool is_written = entry && entry->value.kind != Kind::null;
  const bool on = is_written ? !is_off(*entry) : otherwise;
  if (!on) add_effective(key, "off");
  return on;
}

void MapReader::section(std::string_view key, const Section& read, std::string_view short_for) {
  const auto inherited = inherited_.empty() ? "" : fmt::format("{}.{}", inherited_, key);
  const auto* entry = find(key);
  if (short_for.empty() || !entry || entry->value.kind != Kind::scalar)
    return (void)read_map(reading_, entry, path(key), inherited, read);
  const auto map = as_map(*entry, short_for);
  read_map(reading_, &map, path(key), inherited, read);
}

void MapReader::maps(std::string_view key, std::string_view short_for, const Section& read) {
  const auto list = items(key);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto item_path = fmt::format("{}[{}]", path(key), i);
    if (list[i]->value.kind == Kind::map) {
      read_map(reading_, list[i], item_path, "", read);
    } else {
      const auto map = as_map(*list[i], short_for);
      read_map(reading_, &map, item_path, "", read);
    }
  }
}

const YamlEntry* MapReader::map(std::string_view key) {
  const auto* entry = find(key);
  if (!entry || entry->value.kind == Kind::map) return entry;
  if (entry->value.kind == Kind::scalar || entry->value.kind == Kind::list)
    problem(entry->value.place, key, "names are expected below it, such as 'web:', each with its keys");
  return nullptr;
}

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

const Reading::Value* MapReader::inherited_value(std::string_view key) const {
  if (inherited_.empty()) return nullptr;
  const auto found = reading_.defaults.find(fmt::format("{}.{}", inherited_, key));
  return found == reading_.defaults.end() ? nullptr : &found->second;
}

void MapReader::add_effective(std::string_view key, std::string text) {
  const auto* entry = find(key);
  if (!reading_.problems.empty()) return;  // an invalid configuration has no effective values
  Reading::Value value{std::move(text), "default"};
  if (entry)
    value.origin = reading_.sources.origin(entry->place);
  else if (const auto* inherited = inherited_value(key))
    value = *inherited;
  if (path_.starts_with(Reading::defaults_key)) reading_.defaults[path(key)] = value;
  reading_.effective.push_back({path(key), std::move(value.text), std::move(value.origin)});
}

}  // namespace duplexd
