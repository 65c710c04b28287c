#pragma once

#include "core/config/keys/key.hpp"

#include <optional>

namespace duplexd {

/// The spelling of a row: one for every file, or one that depends on the file.
template <class V>
const Spelling<V>& spelling_of(const Spelling<V>& spelling, const Dependent&) {
  return spelling;
}
template <class V>
const Spelling<V>& spelling_of(Spelling<V> Dependent::*spelling, const Dependent& dependent) {
  return dependent.*spelling;
}

// The rows of the table. A key has a name, a place in the settings, a spelling (Spelling<V>, or a member of
// Dependent), a reload class, a sentence for all documents and what the manual adds to it. Its default is
// what the initialiser of T gives.

template <class T, class V, class How>
Key<T> value(std::string_view name, Field<T, V> where, How how, std::optional<ReloadClass> reload_class,
             std::string_view sentence, std::string_view more = "") {
  const Spelling<V>& general = spelling_of(how, any_file());
  Key<T> key{{.name = name,
              .kind = About::Kind::value,
              .sentence = sentence,
              .more = more,
              .reload_class = reload_class,
              .form = general.form,
              .preset = general.print(where.get(T()))}};
  key.read = [how, set = where.set](MapReader& map, const About& about, T& all) {
    if (auto read = map.value(about.name, about.preset, spelling_of(how, map.reading().dependent)))
      set(all, *std::move(read));
  };
  key.print = [get = where.get, print = general.print](const T& all) { return print(get(all)); };
  return key;
}

template <class T, class V, class How>
Key<T> value(std::string_view name, V T::*member, How how, std::optional<ReloadClass> reload_class,
             std::string_view sentence, std::string_view more = "") {
  return value(name, field(member), how, reload_class, sentence, more);
}

/// A reference to another name, which may be absent.
template <class T>
Field<T, std::size_t> referring(std::optional<std::size_t> T::*member) {
  return {[member](const T& all) { return (all.*member).value_or(0); },
          [member](T& all, std::size_t index) { all.*member = index; }};
}

/// A list that `put` takes once it is read.
template <class T, class Item, class How>
Key<T> list(std::string_view name, std::function<void(MapReader&, T&, std::vector<Placed<Item>>)> put,
            How how, std::optional<ReloadClass> reload_class, std::string_view sentence,
            std::string_view more = "") {
  Key<T> key{{.name = name,
              .kind = About::Kind::list,
              .sentence = sentence,
              .more = more,
              .reload_class = reload_class,
              .form = spelling_of(how, any_file()).form,
              .preset = "[]"}};
  key.read = [how, put = std::move(put)](MapReader& map, const About& about, T& all) {
    if (auto items = map.list(about.name, about.preset, spelling_of(how, map.reading().dependent)))
      put(map, all, *std::move(items));
  };
  return key;
}

/// A list of T, empty by default, in a container that is made of a vector.
template <class T, class Container, class Item>
Key<T> list(std::string_view name, Container T::*member, Spelling<Item> spelling,
            std::optional<ReloadClass> reload_class, std::string_view sentence, std::string_view more = "") {
  std::function put = [member](MapReader&, T& all, std::vector<Placed<Item>> items) {
    std::vector<Item> values;
    for (auto& each : items) values.push_back(std::move(each.value));
    all.*member = Container(std::move(values));
  };
  return list(name, std::move(put), std::move(spelling), reload_class, sentence, more);
}

/// A list of maps with `keys`. A plain value stands for a map with only `short_for`, unless that is "".
template <class T, class Item>
Key<T> maps(std::string_view name, std::vector<Item> T::*member, const Keys<Item>& keys,
            std::string_view short_for, std::string_view sentence, std::string_view more = "") {
  Key<T> key{{.name = name, .kind = About::Kind::maps, .sentence = sentence, .more = more, .preset = "[]"}};
  key.about.short_for = short_for;
  key.read = [member, &keys](MapReader& map, const About& about, T& all) {
    map.maps(about.name, about.short_for,
             [&](MapReader& item) { read_keys(item, keys, (all.*member).emplace_back()); });
  };
  return key;
}

}  // namespace duplexd
