#pragma once

#include "core/config/keys/about.hpp"
#include "core/config/reading/map_reader.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace duplexd {

/// A part of the settings T: a member, or what stands for it in the file.
template <class T, class V>
struct Field {
  std::function<V(const T&)> get;
  std::function<void(T&, V)> set;
};

template <class T, class V>
Field<T, V> field(V T::*member) {
  return {[member](const T& all) { return all.*member; },
          [member](T& all, V value) { all.*member = std::move(value); }};
}

/// A key of the file that the settings T come from, and everything that the program knows of it.
template <class T>
struct Key {
  About about;
  std::function<void(MapReader&, const About&, T&)> read = {};  ///< unless it is a section
  std::function<std::string(const T&)> print = {};  ///< as the file spells it; null: it is not shown
  std::vector<Key> below = {};                      ///< of a section
  Field<T, bool> on = {};                           ///< of a section that may be `off` as a whole
  std::function<bool(const T&)> applies = {};       ///< null: always; otherwise the key is an error

  /// Makes it an error to leave the key out, unless one of others is there. The message says: write `what`.
  Key needs(std::string_view what, std::vector<std::string_view> unless = {}) && {
    about.needed = what;
    about.unless = std::move(unless);
    return std::move(*this);
  }

  /// Lets `defaults` set the key and all that is below it.
  Key from_defaults() && {
    about.from_defaults = true;
    for (auto& key : below) key = std::move(key).from_defaults();
    return std::move(*this);
  }
};

template <class T>
using Keys = std::vector<Key<T>>;

/// The key with a value that `derive` sets, by the keys before it, where no file does.
template <class T>
Key<T> derived(Key<T> key, std::type_identity_t<std::function<void(T&)>> derive) {
  key.read = [derive = std::move(derive), read = key.read, print = key.print](MapReader& map,
                                                                              const About& about, T& all) {
    if (map.is_written(about.name)) return read(map, about, all);
    derive(all);
    map.add_derived(about.name, print(all));
  };
  return key;
}

/// A key of a part as a key of the whole.
template <class T, class Part>
Key<T> in(Part T::*part, const Key<Part>& key) {
  Key<T> result{key.about};
  if (key.read)
    result.read = [part, read = key.read](MapReader& map, const About& about, T& all) {
      read(map, about, all.*part);
    };
  if (key.print) result.print = [part, print = key.print](const T& all) { return print(all.*part); };
  if (key.on.get)
    result.on = {[part, get = key.on.get](const T& all) { return get(all.*part); },
                 [part, set = key.on.set](T& all, bool on) { set(all.*part, on); }};
  if (key.applies)
    result.applies = [part, applies = key.applies](const T& all) { return applies(all.*part); };
  result.below = in(part, key.below);
  return result;
}

template <class T, class Part>
Keys<T> in(Part T::*part, const Keys<Part>& keys) {
  Keys<T> result;
  for (const auto& key : keys) result.push_back(in(part, key));
  return result;
}

/// A section whose keys are members of T itself.
template <class T>
Key<T> section(std::string_view name, std::string_view sentence, Keys<T> keys) {
  Key<T> result{{.name = name, .kind = About::Kind::section, .sentence = sentence}};
  result.below = std::move(keys);
  return result;
}

/// A section whose keys are members of a part of T.
template <class T, class Part>
Key<T> section(std::string_view name, Part T::*part, std::string_view sentence,
               const std::type_identity_t<Keys<Part>>& keys) {
  return section(name, sentence, in(part, keys));
}

/// A section that has the keys of `on` while that is true, and may be `off` instead.
template <class T, class Part>
Key<T> section_or_off(std::string_view name, Part T::*part, bool Part::*on, ReloadClass reload_class,
                      std::string_view sentence, std::string_view more,
                      const std::type_identity_t<Keys<Part>>& keys) {
  Key<T> result = section(name, part, sentence, keys);
  result.about.more = more;
  result.about.reload_class = reload_class;
  result.about.form = form_with("off", {});
  result.on = {[part, on](const T& all) { return (all.*part).*on; },
               [part, on](T& all, bool is_on) { (all.*part).*on = is_on; }};
  return result;
}

/// Reads `keys` of a map into `all`. What is absent or wrong keeps its value; a key that is needed has none
/// where it is absent.
template <class T>
void read_keys(MapReader& map, const Keys<T>& keys, T& all) {
  for (const auto& key : keys)
    if (!key.about.needed.empty()) map.require(key.about.name, key.about.needed, key.about.unless);
  for (const auto& [about, read, print, below, on, applies] : keys) {
    if (applies && !applies(all)) {
      map.refuse_unless(about.name, about.only_for);
      continue;
    }
    if (!about.needed.empty() && !map.has(about.name)) continue;
    if (on.get) on.set(all, map.is_on(about.name, on.get(all)));
    if (read)
      read(map, about, all);
    else if (!on.get || on.get(all))
      map.section(
          about.name, [&keys = below, &all](MapReader& section) { read_keys(section, keys, all); },
          about.short_for);
  }
}

}  // namespace duplexd
