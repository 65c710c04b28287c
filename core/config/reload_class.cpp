#include "core/config/reload_class.hpp"

#include "core/config/keys/described.hpp"

#include <array>
#include <map>
#include <set>

namespace duplexd {
namespace {

/// The table of keys, for the paths of effective values.
struct Rules {
  std::vector<ReloadRule> all;
  std::array<std::map<std::string_view, const ReloadRule*>, 4> by_key;  // of each owner
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
    const auto found = keys.find(key);
    return found == keys.end() ? nullptr : found->second;
  }
};

const Rules& rules() {
  static const Rules all;
  return all;
}

/// `item` is "NAME.endpoints[INDEX]".
std::optional<LocatedKey> locate_endpoint(std::string_view item, std::string_view key) {
  constexpr std::string_view list = ".endpoints[";
  const auto begin = item.rfind(list);
  const auto* rule = rules().find(Owner::endpoint, key);
  if (!rule || begin == item.npos || !item.ends_with(']')) return std::nullopt;
  const auto index = item.substr(begin + list.size());
  return LocatedKey{rule, item.substr(0, begin), index.substr(0, index.size() - 1)};
}

/// `path` is "NAME.KEY". The name may have dots, but no key ends with another one, so one split fits.
std::optional<LocatedKey> locate_owned(std::string_view path, Owner owner) {
  for (auto dot = path.find('.', 1); dot != path.npos; dot = path.find('.', dot + 1)) {
    const auto name = path.substr(0, dot), key = path.substr(dot + 1);
    if (const auto* rule = rules().find(owner, key)) return LocatedKey{rule, name, {}};
    if (owner != Owner::upstream) continue;
    if (const auto endpoint = locate_endpoint(name, key)) return endpoint;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_word(ReloadClass reload_class) noexcept {
  static constexpr std::array<std::string_view, 4> words{"live", "new_sessions", "rebind", "restart"};
  return words[static_cast<std::size_t>(reload_class)];
}

const std::vector<ReloadRule>& reload_rules() { return rules().all; }

ReloadClass reload_class(Owner owner) noexcept {
  return owner == Owner::listener ? ReloadClass::rebind : ReloadClass::live;
}

std::optional<LocatedKey> locate_key(std::string_view path) {
  constexpr std::string_view listeners = "listeners.", upstreams = "upstreams.";
  if (path.starts_with(listeners)) return locate_owned(path.substr(listeners.size()), Owner::listener);
  if (path.starts_with(upstreams)) return locate_owned(path.substr(upstreams.size()), Owner::upstream);
  const auto* rule = rules().find(Owner::process, path);
  return rule ? std::optional(LocatedKey{rule, {}, {}}) : std::nullopt;
}

bool only_feeds_others(std::string_view path) { return rules().feeding.contains(path); }

}  // namespace duplexd
