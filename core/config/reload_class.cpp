#include "core/config/reload_class.hpp"

#include "core/config/keys/described.hpp"

#include <array>
#include <map>
#include <set>
#include <string>

namespace duplexd {
namespace {

/// "tls.certificates[0].key_file" -> "tls.certificates.key_file"
std::string without_index(std::string_view key) {
  const auto begin = key.find('['), end = key.find(']', begin);
  return end == key.npos ? std::string(key) : std::string(key.substr(0, begin)).append(key.substr(end + 1));
}

/// The table of keys, for the paths of effective values.
struct Rules {
  std::vector<ReloadRule> all;
  std::array<std::map<std::string_view, const ReloadRule*>, 5> by_key;  // of each owner
  std::set<std::string_view> feeding;                                   // paths that only feed other keys

  Rules() {
    for (const auto& [owner, path, about] : described_keys()) {
      const bool names_files = about->kind == About::Kind::list && !about->reload_class;
      const bool feeds = owner == Owner::process && (about->from_defaults || names_files);
      if (feeds) feeding.insert(path);
      if (about->reload_class && !feeds) all.push_back({owner, path, *about->reload_class});
    }
    for (const auto& rule : all) by_key[static_cast<std::size_t>(rule.owner)][rule.key] = &rule;
  }

  const ReloadRule* find(Owner owner, std::string_view key) const {
    const auto& keys = by_key[static_cast<std::size_t>(owner)];
    const auto found = keys.find(key.find('[') == key.npos ? key : std::string_view(without_index(key)));
    return found == keys.end() ? nullptr : found->second;
  }
};

const Rules& rules() {
  static const Rules all;
  return all;
}

/// `item` is "NAME.endpoints[INDEX]", or "NAME.routes[INDEX]" in a listener.
std::optional<LocatedKey> locate_in_list(std::string_view item, std::string_view key, Owner owner) {
  const bool in_listener = owner == Owner::listener;
  const std::string_view list = in_listener ? ".routes[" : ".endpoints[";
  const auto begin = item.rfind(list);
  const auto* rule = rules().find(in_listener ? Owner::route : Owner::endpoint, key);
  if (!rule || begin == item.npos || !item.ends_with(']')) return std::nullopt;
  const auto index = item.substr(begin + list.size());
  return LocatedKey{rule, item.substr(0, begin), index.substr(0, index.size() - 1)};
}

/// `path` is "NAME.KEY". The name may have dots, but no key ends with another one, so one split fits. Of an
/// item of a list it is the one behind the index.
std::optional<LocatedKey> locate_owned(std::string_view path, Owner owner) {
  for (auto dot = path.find('.', 1); dot != path.npos; dot = path.find('.', dot + 1)) {
    const auto name = path.substr(0, dot), key = path.substr(dot + 1);
    if (const auto in_list = locate_in_list(name, key, owner)) return in_list;
    if (const auto* rule = rules().find(owner, key)) return LocatedKey{rule, name, {}};
  }
  return std::nullopt;
}

/// The rest of a path behind that of `whole`; "": it is not of that.
std::string_view path_in(std::string_view whole, std::string_view path) {
  const bool is_in = path.size() > whole.size() && path.starts_with(whole) && path[whole.size()] == '.';
  return is_in ? path.substr(whole.size() + 1) : "";
}

}  // namespace

std::string_view to_word(ReloadClass reload_class) noexcept {
  static constexpr std::array<std::string_view, 4> words{"live", "new_sessions", "rebind", "restart"};
  return words[static_cast<std::size_t>(reload_class)];
}

const std::vector<ReloadRule>& reload_rules() { return rules().all; }

ReloadClass reload_class(Owner owner) noexcept {
  if (owner == Owner::route) return ReloadClass::new_sessions;
  return owner == Owner::listener ? ReloadClass::rebind : ReloadClass::live;
}

std::optional<LocatedKey> locate_key(std::string_view path, std::string_view known) {
  constexpr std::string_view listeners = "listeners.", upstreams = "upstreams.";
  if (path.starts_with(listeners)) return locate_owned(path.substr(listeners.size()), Owner::listener);
  if (const auto key = path_in(known, path); known.starts_with(upstreams) && !key.empty())
    if (const auto* rule = rules().find(Owner::upstream, key))
      return LocatedKey{rule, known.substr(upstreams.size()), {}};
  if (path.starts_with(upstreams)) return locate_owned(path.substr(upstreams.size()), Owner::upstream);
  const auto* rule = rules().find(Owner::process, path);
  return rule ? std::optional(LocatedKey{rule, {}, {}}) : std::nullopt;
}

bool only_feeds_others(std::string_view path) { return rules().feeding.contains(path); }

}  // namespace duplexd
