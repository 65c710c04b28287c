#pragma once

#include "core/config/loader.hpp"
#include "core/config/reading/dependent.hpp"
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
  explicit Reading(const System& of_machine) : system(of_machine), dependent(of_machine) {}

  static constexpr std::string_view defaults_key = "defaults";

  struct Value {
    std::string text, origin;  // as in EffectiveValue
  };

  const System& system;
  Dependent dependent;
  Sources sources;
  Problems problems;
  std::vector<EffectiveValue> effective;
  std::map<std::string, Value, std::less<>> defaults;  // of the keys below `defaults`, by path
  std::map<std::string, Place> bound;                  // where a listener binds an address
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
  using Names = std::vector<std::string_view>;

  /// Lets `read` ask for its keys, then reports the other keys. `entry` is the key whose value is the map, or
  /// null. A key missing from the map has the value and the origin of the same key below `inherited`. Returns
  /// the declared keys that the file misspells, as far as can be told.
  static Names read_map(Reading& reading, const YamlEntry* entry, const std::string& path,
                        const std::string& inherited, const Section& read);

  /// None if the key is absent, then it is listed as `preset`, or wrong.
  template <class T>
  std::optional<T> value(std::string_view key, const std::string& preset, const Spelling<T>& spelling);
  /// One value or a list of them, without those that are wrong.
  template <class T>
  std::optional<std::vector<Placed<T>>> list(std::string_view key, const std::string& preset,
                                             const Spelling<T>& item);
  /// A value alone is short for a map with that value of `short_for`, unless that is "".
  void section(std::string_view key, const Section& read, std::string_view short_for = "");
  /// Whether a section is not `off`; an absent one is as `otherwise` says.
  bool is_on(std::string_view key, bool otherwise);
  /// Reads each item of a list as a map. A value alone is short for a map with that value of `short_for`.
  void maps(std::string_view key, std::string_view short_for, const Section& read);
  /// The key's map of names, or null.
  const YamlEntry* map(std::string_view key);

  /// Makes it a problem if the key is absent, unless another one looks like it.
  void require(std::string_view key, std::string_view example) { required_.push_back({key, example}); }
  /// Makes it a problem if the key is there, because only `owners` have it.
  void refuse_unless(std::string_view key, std::string_view owners);
  bool is_empty_list(std::string_view key);
  void problem(Place place, std::string_view key, std::string_view what);

  std::string path(std::string_view key) const;
  Place place(std::string_view key);  ///< that of the map, if the key is absent
  Place item_place(std::string_view key, std::size_t index);
  Reading& reading() noexcept { return reading_; }

 private:
  struct Required {
    std::string_view key, example;
  };

  MapReader(Reading& reading, const YamlEntry* entry, std::string path, std::string inherited);

  const YamlEntry* find(std::string_view key);
  std::vector<const YamlEntry*> items(std::string_view key);
  bool is_off(const YamlEntry& entry) const;
  Place place() const noexcept { return entry_ ? entry_->place : Place{}; }
  const Reading::Value* inherited_value(std::string_view key) const;
  void add_effective(std::string_view key, std::string text);

  std::optional<std::string> text(const YamlEntry& entry, std::string_view key, const Form& form);
  void refuse(const YamlEntry& entry, std::string_view key, const std::string& text, const ParseError& error,
              const Form& form);
  /// The declared keys, first those that an unknown key most likely misspells.
  Names likely_keys();
  Names report_unknown_keys();
  void report_unknown_key(const YamlEntry& entry, std::string_view meant);
  void report_missing_keys(const Names& misspelt);

  template <class T>
  std::optional<T> parse(const YamlEntry& entry, std::string_view key, const Spelling<T>& spelling);

  Reading& reading_;
  const YamlEntry* entry_;
  std::string path_;
  std::string inherited_;
  Names keys_;
  std::vector<Required> required_;
};

template <class T>
std::optional<T> MapReader::parse(const YamlEntry& entry, std::string_view key, const Spelling<T>& spelling) {
  const auto written = text(entry, key, spelling.form);
  if (!written) return std::nullopt;
  auto parsed = spelling.parse(*written);
  if (parsed) return *std::move(parsed);
  refuse(entry, key, *written, parsed.error(), spelling.form);
  return std::nullopt;
}

template <class T>
std::optional<T> MapReader::value(std::string_view key, const std::string& preset,
                                  const Spelling<T>& spelling) {
  std::optional<T> result;
  if (const auto* entry = find(key)) result = parse(*entry, key, spelling);
  add_effective(key, result ? spelling.print(*result) : preset);
  return result;
}

template <class T>
std::optional<std::vector<Placed<T>>> MapReader::list(std::string_view key, const std::string& preset,
                                                      const Spelling<T>& item) {
  if (!find(key)) {
    add_effective(key, preset);
    return std::nullopt;
  }
  std::vector<Placed<T>> values;
  std::vector<std::string> texts;
  for (const auto* entry : items(key)) {
    auto parsed = parse(*entry, key, item);
    if (!parsed) continue;
    texts.push_back(item.print(*parsed));
    values.push_back({*std::move(parsed), entry->value.place});
  }
  add_effective(key, fmt::format("[{}]", fmt::join(texts, ", ")));
  return values;
}

}  // namespace duplexd
