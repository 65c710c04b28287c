#pragma once

#include "core/config/loader.hpp"
#include "core/config/spelling/spelling.hpp"
#include "core/config/system.hpp"
#include "core/config/yaml/problems.hpp"
#include "core/config/yaml/sources.hpp"
#include "core/config/yaml/tree.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// The input and the results of reading one configuration.
struct Reading {
  explicit Reading(const System& of_machine) : system(of_machine) {}

  const System& system;
  Sources sources;
  Problems problems;
  std::vector<EffectiveValue> effective;
  std::map<std::string, std::string, std::less<>> origins;  // by path, of keys that others inherit
};

/// Replaces ${NAME}, ${NAME:-default} and $$ in the text of one scalar. The default also replaces an empty
/// variable. The result is one value: a variable cannot add YAML.
Parsed<std::string> interpolate(std::string_view text, const Environment& environment);

/// A value and where it was written.
template <class T>
struct Placed {
  T value;
  Place place;
};

/// Reads one map of the file, key by key. Asking for a key declares it: other keys of the map are problems,
/// and every declared key is listed as an effective value, written or not.
class MapReader {
 public:
  using Section = std::function<void(MapReader&)>;

  /// Lets `read` ask for its keys, then reports the other keys. `entry` is the key whose value is the map, or
  /// null. A key missing from the map has the origin of the same key below `inherited`.
  static void read_map(Reading& reading, const YamlEntry* entry, const std::string& path,
                       const std::string& inherited, const Section& read);

  /// Leaves `value` unchanged if the key is absent or wrong.
  template <class T>
  void value(std::string_view key, T& value, const Spelling<T>& spelling);
  /// One value or a list of them.
  template <class T>
  void list(std::string_view key, std::vector<Placed<T>>& values, const Spelling<T>& item);
  void section(std::string_view key, const Section& read);
  /// The key's map, or null.
  const YamlEntry* map(std::string_view key);
  /// The key's items: those of a list, or one value alone.
  std::vector<const YamlEntry*> items(std::string_view key);

  bool has(std::string_view key);  ///< `key:` with nothing behind it does not count
  bool is_empty_list(std::string_view key);
  bool is_off(std::string_view key);
  void require(std::string_view key, std::string_view example);
  void add_effective(std::string_view key, std::string value);
  void problem(Place place, std::string_view key, std::string_view what);

  std::string path(std::string_view key) const;
  Place place() const noexcept { return entry_ ? entry_->place : Place{}; }
  Place place(std::string_view key);  ///< that of the map, if the key is absent
  Reading& reading() noexcept { return reading_; }

 private:
  MapReader(Reading& reading, const YamlEntry* entry, std::string path, std::string inherited);

  const YamlEntry* find(std::string_view key);
  std::optional<std::string> text(const YamlEntry& entry, std::string_view key, const std::string& expected,
                                  bool quoted);
  void refuse(const YamlEntry& entry, std::string_view key, const std::string& text, const ParseError& error,
              const std::string& expected, const std::vector<std::string_view>& words);
  void report_unknown_keys();

  template <class T>
  std::optional<T> parse(const YamlEntry& entry, std::string_view key, const Spelling<T>& spelling);

  Reading& reading_;
  const YamlEntry* entry_;
  std::string path_;
  std::string inherited_;
  std::vector<std::string_view> keys_;
};

template <class T>
std::optional<T> MapReader::parse(const YamlEntry& entry, std::string_view key, const Spelling<T>& spelling) {
  const auto written = text(entry, key, spelling.expected, spelling.in_quotes);
  if (!written) return std::nullopt;
  const auto parsed = spelling.parse(*written);
  if (parsed) return *parsed;
  refuse(entry, key, *written, parsed.error(), spelling.expected, spelling.words);
  return std::nullopt;
}

template <class T>
void MapReader::value(std::string_view key, T& value, const Spelling<T>& spelling) {
  if (const auto* entry = find(key))
    if (const auto parsed = parse(*entry, key, spelling)) value = *parsed;
  add_effective(key, spelling.print(value));
}

template <class T>
void MapReader::list(std::string_view key, std::vector<Placed<T>>& values, const Spelling<T>& item) {
  if (find(key)) {
    values.clear();
    for (const auto* entry : items(key))
      if (auto parsed = parse(*entry, key, item)) values.push_back({*std::move(parsed), entry->value.place});
  }
  std::vector<std::string> texts;
  for (const auto& each : values) texts.push_back(item.print(each.value));
  add_effective(key, fmt::format("[{}]", fmt::join(texts, ", ")));
}

}  // namespace duplexd
