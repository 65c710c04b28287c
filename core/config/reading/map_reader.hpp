#pragma once

#include "core/config/reading/reading.hpp"
#include "core/config/yaml/tree.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Reads one map of the file, key by key. Asking for a key declares it: other keys of the map are problems,
/// and every declared key is listed as an effective value, written or not.
class MapReader {
 public:
  using Section = std::function<void(MapReader&)>;
  using Names = std::vector<std::string_view>;

  static constexpr std::string_view on_word = "on";

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
  /// A value alone is short for a map with that value of `short_for`, unless that is "". Where it is `on`,
  /// this word alone is short for a map without keys.
  void section(std::string_view key, const Section& read, std::string_view short_for = "");
  /// Reads keys of this map that the effective configuration has at another path: a listener may have those
  /// of its upstream.
  void part(const std::string& effective_path, const Section& read);
  /// Whether a section is not `off`; an absent one is as `otherwise` says.
  bool is_on(std::string_view key, bool otherwise);
  /// Reads each item of a list as a map. A value alone is short for a map with that value of `short_for`,
  /// unless that is "". An item with a range of numbers in that value, as in "web-{1..20}:80", stands for an
  /// item with each.
  void maps(std::string_view key, std::string_view short_for, const Section& read);
  /// The key's map of names, or null.
  const YamlEntry* map(std::string_view key);

  /// Makes it a problem if the key is absent, unless one of `unless` is there, or another one looks like it.
  void require(std::string_view key, std::string_view example, const Names& unless = {}) {
    required_.push_back({key, example, unless});
  }
  /// Makes it no problem any more.
  void excuse(std::string_view key) { misspelt_.push_back(key); }
  /// Makes it a problem if the key is there, because only `owners` have it.
  void refuse_unless(std::string_view key, std::string_view owners);
  /// Declares a key and tells whether the file has it.
  bool has(std::string_view key) { return find(key) != nullptr; }
  /// Whether the file has the key here or in the defaults that the map inherits.
  bool is_written(std::string_view key);
  /// Where this map itself has a key of a section, and not its defaults; none: it has not.
  std::optional<Place> written(std::string_view section, std::string_view key);
  /// Lists a value that the key has although it is not written.
  void add_derived(std::string_view key, std::string text);
  /// Lists a value that the key has because of `cause`, which is written.
  void add_stated(std::string_view key, std::string_view cause, std::string text);
  bool is_empty_list(std::string_view key);
  void problem(Place place, std::string_view key, std::string_view what);

  std::string path(std::string_view key) const;
  Place place(std::string_view key);  ///< that of the map, if the key is absent
  Place item_place(std::size_t index) const { return items_.at(index); }  ///< of those that maps() read
  Reading& reading() noexcept { return reading_; }

 private:
  struct Required {
    std::string_view key, example;
    Names unless;
  };
  struct Paths {
    std::string file, effective, inherited;
  };

  MapReader(Reading& reading, const YamlEntry* entry, Paths paths);

  Names read_all(const Section& read);
  const YamlEntry* find(std::string_view key);
  Paths below(std::string_view key) const;
  std::vector<const YamlEntry*> items(std::string_view key);
  /// The item at `path` as a map; several if the value of `short_for` has a range of numbers.
  std::vector<YamlEntry> with_numbers(const YamlEntry& item, const std::string& path,
                                      std::string_view short_for);
  bool is_off(const YamlEntry& entry) const;
  Place place() const noexcept { return entry_ ? entry_->place : Place{}; }
  const Reading::Value* inherited_value(std::string_view key) const;
  void add_effective(std::string_view key, std::string text);
  void add_effective(std::string_view key, Reading::Value value);
  void add_item(std::string_view key, std::size_t index, const std::string& text, Place place);

  std::optional<std::string> text(const YamlEntry& entry, std::string_view key, const Form& form);
  void refuse(const YamlEntry& entry, std::string_view key, const std::string& text, const ParseError& error,
              const Form& form);
  bool is_missing(const Required& required);
  Names missing_keys();
  /// The declared keys, first those that an unknown key most likely misspells.
  Names likely_keys();
  void report_unknown_keys();
  void report_unknown_key(const YamlEntry& entry, const Names& likely);
  /// Reports a value where a section is expected, if a missing key looks like the section's.
  bool is_misspelt_section(const YamlEntry& entry, std::string_view key);
  void report_missing_keys();

  template <class T>
  std::optional<T> parse(const YamlEntry& entry, std::string_view key, const Spelling<T>& spelling);

  Reading& reading_;
  const YamlEntry* entry_;
  Paths paths_;
  Names keys_;
  Names misspelt_;
  std::vector<Required> required_;
  std::vector<Place> items_;
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
    add_item(key, values.size(), texts.back(), entry->value.place);
    values.push_back({*std::move(parsed), entry->value.place});
  }
  add_effective(key, fmt::format("[{}]", fmt::join(texts, ", ")));
  return values;
}

}  // namespace duplexd
