// The keys of a file, with the defaults of listeners and upstreams.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>

namespace duplexd {
namespace {

Spelling<std::string> file_pattern() {
  return {[](std::string_view text) -> Parsed<std::string> {
            if (text.empty()) return ParseError{"is no file name"};
            return parsed_text(std::string(text));
          },
          [](const std::string& text) { return yaml_scalar(text); },
          {"a file or a pattern such as conf.d/*.yaml", {}, "", {text_schema(".")}}};
}

Key<Head> include_key() {
  std::function put = [](MapReader&, Head& head, std::vector<Placed<std::string>> patterns) {
    head.include = std::move(patterns);
  };
  return list(
      "include", std::move(put), file_pattern(), std::nullopt,
      "Further files with listeners and upstreams, one name or pattern or a list of them, relative to this "
      "file: conf.d/\\*.yaml.",
      "Patterns are those of glob(7); the files of one are read in the order of their names. A pattern may "
      "match nothing, a file must exist. They hold *listeners* and *upstreams* only, under names that no "
      "other file uses, must not be writable by everyone, and do not include others.");
}

/// Where a file has listeners or upstreams. Their names come from all files, so they are read later.
Key<Head> names_key(std::string_view name, const YamlEntry* Head::*entry, std::string_view sentence) {
  Key<Head> key{{.name = name, .kind = About::Kind::names, .sentence = sentence}};
  key.read = [entry](MapReader& map, const About& about, Head& head) { head.*entry = map.map(about.name); };
  return key;
}

/// The keys that `defaults` may set.
template <class T>
Keys<T> only_from_defaults(const Keys<T>& keys) {
  Keys<T> result;
  for (auto key : keys) {
    const bool is_section = !key.below.empty();
    if (!key.about.from_defaults) key.below = only_from_defaults(key.below);
    if (key.about.from_defaults || (is_section && !key.below.empty())) result.push_back(std::move(key));
  }
  return result;
}

/// Adds `more` to `keys`; sections of one name become one.
void merge(Keys<Head>& keys, Keys<Head> more) {
  for (auto& key : more) {
    const auto same = std::find_if(keys.begin(), keys.end(),
                                   [&](const Key<Head>& each) { return each.about.name == key.about.name; });
    if (same == keys.end())
      keys.push_back(std::move(key));
    else
      merge(same->below, std::move(key.below));
  }
}

Keys<Head> defaults() {
  auto keys = in(&Head::listener, only_from_defaults(listener_keys()));
  merge(keys, in(&Head::upstream, only_from_defaults(upstream_keys())));
  merge(keys, in(&Head::config, process_keys_in_defaults()));
  return keys;
}

Keys<Head> all() {
  auto keys = in(&Head::config, process_keys());
  keys.push_back(include_key());
  keys.push_back(section("defaults",
                         "What every listener and every upstream starts from; each may override single keys.",
                         defaults()));
  merge(keys, names_keys());
  return keys;
}

}  // namespace

const Keys<Head>& names_keys() {
  static const Keys<Head> keys{
      names_key("listeners", &Head::listeners, "Where clients connect, by names that appear in the log."),
      names_key("upstreams", &Head::upstreams, "What clients are connected to, by name.")};
  return keys;
}

const Keys<Head>& head_keys() {
  static const Keys<Head> keys = all();
  return keys;
}

}  // namespace duplexd
