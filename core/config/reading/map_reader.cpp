#include "core/config/reading/map_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using Kind = YamlNode::Kind;

}  // namespace

MapReader::MapReader(Reading& reading, const YamlEntry* entry, Paths paths)
    : reading_(reading), entry_(entry), paths_(std::move(paths)) {}

MapReader::Names MapReader::read_map(Reading& reading, const YamlEntry* entry, const std::string& path,
                                     const std::string& inherited, const Section& read) {
  return MapReader(reading, entry, {path, path, inherited}).read_all(read);
}

MapReader::Names MapReader::read_all(const Section& read) {
  read(*this);
  report_unknown_keys();
  report_missing_keys();
  return misspelt_;
}

std::string MapReader::path(std::string_view key) const { return below(key).file; }

MapReader::Paths MapReader::below(std::string_view key) const {
  const auto under = [key](const std::string& path) { return fmt::format("{}.{}", path, key); };
  const bool at_top = paths_.file.empty();
  return {at_top ? std::string(key) : under(paths_.file), at_top ? std::string(key) : under(paths_.effective),
          paths_.inherited.empty() ? "" : under(paths_.inherited)};
}

const YamlEntry* MapReader::find(std::string_view key) {
  if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) keys_.push_back(key);
  return entry_ && entry_->value.kind == Kind::map ? entry_->value.find(key) : nullptr;
}

bool MapReader::is_written(std::string_view key) {
  const auto* inherited = inherited_value(key);
  return has(key) || (inherited && inherited->origin != Reading::not_written);
}

std::optional<Place> MapReader::written(std::string_view section, std::string_view key) {
  const auto* above = find(section);
  const auto* entry = above && above->value.kind == Kind::map ? above->value.find(key) : nullptr;
  return entry ? std::optional(entry->place) : std::nullopt;
}

Place MapReader::place(std::string_view key) {
  const auto* entry = find(key);
  return entry ? entry->place : place();
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

void MapReader::part(const std::string& effective_path, const Section& read) {
  MapReader same(reading_, entry_, {paths_.file, effective_path, paths_.inherited});
  read(same);
  for (const auto key : same.keys_) find(key);
  misspelt_.insert(misspelt_.end(), same.misspelt_.begin(), same.misspelt_.end());
  required_.insert(required_.end(), same.required_.begin(), same.required_.end());
}

const YamlEntry* MapReader::map(std::string_view key) {
  const auto* entry = find(key);
  if (!entry || entry->value.kind == Kind::map) return entry;
  if (entry->value.kind == Kind::scalar || entry->value.kind == Kind::list)
    problem(entry->value.place, key, "names are expected below it, such as 'web:', each with its keys");
  return nullptr;
}

const Reading::Value* MapReader::inherited_value(std::string_view key) const {
  if (paths_.inherited.empty()) return nullptr;
  const auto found = reading_.defaults.find(below(key).inherited);
  return found == reading_.defaults.end() ? nullptr : &found->second;
}

void MapReader::add_effective(std::string_view key, std::string text) {
  const auto* entry = find(key);
  const auto* inherited = entry ? nullptr : inherited_value(key);
  add_effective(key, inherited ? *inherited
                               : Reading::Value{std::move(text), entry ? reading_.sources.origin(entry->place)
                                                                       : std::string(Reading::not_written)});
}

void MapReader::add_derived(std::string_view key, std::string text) {
  add_effective(key, {std::move(text), std::string(Reading::not_written)});
}

void MapReader::add_stated(std::string_view key, std::string_view cause, std::string text) {
  add_effective(key, {std::move(text), reading_.sources.origin(place(cause))});
}

void MapReader::add_effective(std::string_view key, Reading::Value value) {
  if (!reading_.problems.empty()) return;  // an invalid configuration has no effective values
  auto path = below(key).effective;
  if (path.starts_with(Reading::defaults_key)) reading_.defaults[path] = value;
  reading_.effective.push_back({std::move(path), std::move(value.text), std::move(value.origin)});
}

void MapReader::add_item(std::string_view key, std::size_t index, const std::string& text, Place place) {
  if (!reading_.problems.empty()) return;
  reading_.items.push_back(
      {fmt::format("{}[{}]", below(key).effective, index), text, reading_.sources.origin(place)});
}

}  // namespace duplexd
