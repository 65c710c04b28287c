#pragma once

#include "core/config/yaml/problems.hpp"
#include "core/config/yaml/sources.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

struct YamlEntry;

/// One value of a YAML file, with its place.
struct YamlNode {
  enum class Kind : std::uint8_t {
    null,  ///< `key:` with nothing behind it
    scalar,
    list,
    map,
    broken,  ///< its problem is reported already, so readers report none
  };
  Kind kind = Kind::null;
  bool quoted = false;
  Place place;
  std::string text;                ///< of a scalar
  std::vector<YamlEntry> entries;  ///< of a list or a map; those of a map have different keys

  const YamlEntry* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;  ///< "" in a list
  Place place;      ///< of the key, or of the item
  YamlNode value;
};

/// The limits of one file, far above what a person writes.
struct TreeLimits {
  static constexpr std::size_t bytes = 1024 * 1024;  ///< of all files together
  static constexpr std::size_t depth = 32;
  static constexpr std::size_t nodes = 100'000;
  static constexpr std::size_t look_ahead = 64 * 1024;  ///< bytes that yaml-cpp may read without an event
};

/// Reads the one YAML document of a file: maps with plain keys, lists and scalars. Anchors, aliases, tags
/// and merge keys are problems. None: the text is not YAML.
std::optional<YamlNode> read_tree(const Sources& sources, std::uint32_t file, Problems& problems);

/// The same for a file that is one list of endpoints.
std::optional<YamlNode> read_list(const Sources& sources, std::uint32_t file, Problems& problems);

}  // namespace duplexd
