#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace duplexd {

/// How a reload applies the change of a key. duplexd.yaml(5) lists the keys of each class.
enum class ReloadClass : std::uint8_t {
  live,          ///< at once
  new_sessions,  ///< for later sessions; a session keeps the values that it began with
  rebind,        ///< by opening and closing listening sockets
  restart,       ///< not at all: the change stays pending until the process restarts
};
std::string_view to_word(ReloadClass reload_class) noexcept;  ///< "new_sessions"

/// What a key belongs to.
enum class Owner : std::uint8_t { process, listener, upstream, endpoint, route };

/// The class of one key. `key` is the path below its owner: "timeouts.idle", "weight".
struct ReloadRule {
  Owner owner;
  std::string_view key;
  ReloadClass reload_class;
};
/// A rule for every key except `include` and the keys below `defaults` that listeners and upstreams inherit,
/// in the order of the table of keys (core/config/keys).
const std::vector<ReloadRule>& reload_rules();

/// The class of adding or removing a whole listener, upstream, endpoint or route.
ReloadClass reload_class(Owner owner) noexcept;

/// The parts of a path of the effective configuration; views into that path.
struct LocatedKey {
  const ReloadRule* rule;
  std::string_view name;   ///< of the listener or the upstream; "" for the process
  std::string_view index;  ///< of the endpoint or of the route, in its list
};
/// None: no rule has this key. Names may have dots: "upstreams.a.etcd.tls.verify" is a key of upstream a,
/// unless `known` says that there is an upstream a.etcd: it is the path of a listener or upstream whose keys
/// come now.
std::optional<LocatedKey> locate_key(std::string_view path, std::string_view known = "");

/// Whether the key only feeds other keys, which the effective configuration has under their own paths. A
/// change of such a key alone is no change.
bool only_feeds_others(std::string_view path);

}  // namespace duplexd
