#include "core/config/reading/map_reader.hpp"

#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using Kind = YamlNode::Kind;

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

/// The problem of each kind of node where a single value is expected.
std::string_view not_a_value(Kind kind) {
  if (kind == Kind::null) return "the value is missing";
  return kind == Kind::list ? "a list where one value is expected" : "a map where one value is expected";
}

}  // namespace

MapReader::MapReader(Reading& reading, const YamlEntry* entry, std::string path, std::string inherited)
    : reading_(reading), entry_(entry), path_(std::move(path)), inherited_(std::move(inherited)) {}

void MapReader::read_map(Reading& reading, const YamlEntry* entry, const std::string& path,
                         const std::string& inherited, const Section& read) {
  MapReader map(reading, entry, path, inherited);
  read(map);
  map.report_unknown_keys();
}

std::string MapReader::path(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const YamlEntry* MapReader::find(std::string_view key) {
  if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) keys_.push_back(key);
  return entry_ && entry_->value.kind == Kind::map ? entry_->value.find(key) : nullptr;
}

bool MapReader::has(std::string_view key) {
  const auto* entry = find(key);
  return entry && entry->value.kind != Kind::null;
}

Place MapReader::place(std::string_view key) {
  const auto* entry = find(key);
  return entry ? entry->place : place();
}

bool MapReader::is_empty_list(std::string_view key) {
  const auto* entry = find(key);
  return entry && entry->value.kind == Kind::list && entry->value.entries.empty();
}

bool MapReader::is_off(std::string_view key) {
  const auto* entry = find(key);
  if (!entry || entry->value.kind != Kind::scalar) return false;
  const auto text = interpolate(entry->value.text, reading_.system.environment);
  return text && *text == "off";
}

void MapReader::require(std::string_view key, std::string_view example) {
  const bool may_have_keys = entry_ && (entry_->value.kind == Kind::map || entry_->value.kind == Kind::null);
  if (may_have_keys && !find(key))
    reading_.problems.add(place(), fmt::format("{}: '{}' is missing; write {}", path_, key, example));
}

void MapReader::section(std::string_view key, const Section& read) {
  read_map(reading_, find(key), path(key), inherited_.empty() ? "" : fmt::format("{}.{}", inherited_, key),
           read);
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

void MapReader::add_effective(std::string_view key, std::string value) {
  const auto* entry = find(key);
  if (!reading_.problems.empty()) return;  // an invalid configuration has no effective values
  std::string origin = "default";
  if (entry) {
    origin = reading_.sources.origin(entry->place);
  } else if (!inherited_.empty()) {
    const auto from = reading_.origins.find(fmt::format("{}.{}", inherited_, key));
    if (from != reading_.origins.end()) origin = from->second;
  }
  if (inherited_.empty()) reading_.origins[path(key)] = origin;
  reading_.effective.push_back({path(key), std::move(value), std::move(origin)});
}

std::optional<std::string> MapReader::text(const YamlEntry& entry, std::string_view key,
                                           const std::string& expected, bool quoted) {
  const YamlNode& node = entry.value;
  if (node.kind == Kind::broken) return std::nullopt;
  const auto refuse_text = [&](std::string_view what) {
    problem(node.place, key,
            expected.empty() ? std::string(what) : fmt::format("{}; write {}", what, expected));
    return std::nullopt;
  };
  if (node.kind != Kind::scalar) return refuse_text(not_a_value(node.kind));
  auto text = interpolate(node.text, reading_.system.environment);
  if (!text) {
    problem(node.place, key, text.error().what);
    return std::nullopt;
  }
  if (has_control_character(*text))
    return refuse_text(fmt::format("{} holds a control character", in_quotes(*text)));
  if (quoted && !node.quoted) return refuse_text(fmt::format("{} needs quotes", in_quotes(*text)));
  return *std::move(text);
}

void MapReader::refuse(const YamlEntry& entry, std::string_view key, const std::string& text,
                       const ParseError& error, const std::string& expected,
                       const std::vector<std::string_view>& words) {
  const bool whole_sentence = expected.empty();
  problem(entry.value.place, key,
          whole_sentence ? error.what
                         : fmt::format("{} {}; write {}{}", in_quotes(text), error.what, expected,
                                       reading_.problems.many() ? "" : did_you_mean(text, words)));
}

void MapReader::problem(Place place, std::string_view key, std::string_view what) {
  reading_.problems.add(place, fmt::format("{}: {}", path(key), what));
}

void MapReader::report_unknown_keys() {
  if (!entry_) return;
  const YamlNode& node = entry_->value;
  if (node.kind == Kind::scalar || node.kind == Kind::list)
    reading_.problems.add(node.place,
                          fmt::format("{}: keys are expected below it: {}", path_, fmt::join(keys_, ", ")));
  if (node.kind != Kind::map) return;
  const auto where = path_.empty() ? "" : fmt::format(" in {}", path_);
  for (const auto& entry : node.entries) {
    if (std::find(keys_.begin(), keys_.end(), entry.key) != keys_.end()) continue;
    auto advice = reading_.problems.many() ? "" : did_you_mean(entry.key, keys_);
    if (advice.empty()) advice = fmt::format("; allowed: {}", fmt::join(keys_, ", "));
    reading_.problems.add(entry.place,
                          fmt::format("unknown key {}{}{}", in_quotes(entry.key), where, advice));
  }
}

}  // namespace duplexd
