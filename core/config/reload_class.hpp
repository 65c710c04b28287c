#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace duplexd {

/// How far a reload goes to apply the change of a key. duplexd.yaml(5) lists the keys of each class.
enum class ReloadClass : std::uint8_t {
  live,          ///< at once
  new_sessions,  ///< for the sessions that begin afterwards; the others keep what they began with
  rebind,        ///< by opening and closing listening sockets
  restart,       ///< not by a reload: it stays pending until the process is started again
};
std::string_view to_word(ReloadClass reload_class) noexcept;  ///< "new_sessions"

/// What a key belongs to.
enum class Owner : std::uint8_t { process, listener, upstream, endpoint };

/// The class of one key. `key` is the path below its owner: "timeouts.idle", "weight".
struct ReloadRule {
  Owner owner;
  std::string_view key;
  ReloadClass reload_class;
};
/// Of every key but `include` and those below `defaults` that listeners and upstreams inherit.
std::span<const ReloadRule> reload_rules() noexcept;

/// When a listener, an upstream or an endpoint comes or goes as a whole.
ReloadClass reload_class(Owner owner) noexcept;

/// A path of the effective configuration, taken apart. It points into the path that it was made of.
struct LocatedKey {
  const ReloadRule* rule;
  std::string_view name;   ///< of the listener or the upstream; "" for the process
  std::string_view index;  ///< of the endpoint in the file
};
/// Nothing: no rule has this key.
std::optional<LocatedKey> locate_key(std::string_view path) noexcept;

/// A change of this key alone changes nothing: what it feeds is in the effective configuration under other
/// paths.
bool only_feeds_others(std::string_view path) noexcept;

}  // namespace duplexd
