#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing {

/// A setting of the other proxy's file, by its number in the Ledger.
using SettingId = std::size_t;

/// A part of the YAML that is written. References to nodes stay valid while others are added or erased.
struct Node {
  enum class Kind { map, list, scalar };

  Kind kind = Kind::map;
  std::string key{};              ///< in the map that it is in; "" in a list
  std::string text{};             ///< of a scalar
  std::list<Node> children{};     ///< of a map or a list
  std::vector<SettingId> from{};  ///< the settings that it carries, without those of its children

  bool empty() const;  ///< there is no scalar in it
  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
  Node& child(std::string_view name);  ///< made as a map if it is not there
  Node& at(std::string_view path);     ///< "timeouts.idle", below this map; made if it is not there
  bool has(std::string_view path) const;
};

/// Whether both are written alike, wherever they come from.
bool same_yaml(const Node& one, const Node& other);

/// The settings that a node and all below it carry.
std::vector<SettingId> settings_of(const Node& node);

/// Takes `target` out of the nodes below `root`.
void erase_node(Node& root, const Node* target);

}  // namespace duplexd::importing
