#pragma once

#include "core/config/reload_class.hpp"
#include "core/config/spelling/spelling.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// What people, documents and reloads know of a key. Texts are those of the manual: *bold*, as in scdoc(5).
struct About {
  enum class Kind : std::uint8_t {
    value,
    list,     ///< of values; one value alone is short for a list of it
    section,  ///< a map of keys
    maps,     ///< a list of maps, each with the keys of an endpoint or of a route, or with those below
    names,    ///< a map of names that people choose, each with the keys of a listener or of an upstream
  };

  std::string_view name;
  Kind kind = Kind::value;
  std::string_view sentence = {};  ///< one, for all documents
  std::string_view more = {};      ///< what the manual adds to it
  /// None: of a section, or the key only feeds other keys.
  std::optional<ReloadClass> reload_class = {};
  Form form = {};                ///< of the value, or of an item
  std::string preset = {};       ///< the value of an absent key, as the file spells it
  std::string_view needed = {};  ///< what to write for a key that has to be there; "": it may be absent
  std::vector<std::string_view> unless = {};  ///< keys that `needed` may be absent for
  bool from_defaults = false;                 ///< `defaults` may set it, too
  std::string_view only_for =
      {};  ///< the types that have the key: "http or https"; "": it is no matter of types
  /// Of a section or of maps: a value alone is short for a map that has this key alone. "": it is wrong.
  std::string_view short_for = {};
};

}  // namespace duplexd
