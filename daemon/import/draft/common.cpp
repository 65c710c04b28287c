// What all listeners have alike is written once, as people write it.
#include "daemon/import/draft/draft.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace duplexd::importing {
namespace {

struct Shared {
  std::string_view map;      // of those that have the section
  std::string_view section;  // which `defaults` knows, too
};
constexpr Shared shared_sections[] = {{"listeners", "timeouts"},
                                      {"listeners", "client"},
                                      {"upstreams", "passive"},
                                      {"upstreams", "retry"},
                                      {"upstreams", "endpoint"}};

/// Null: it has no such key.
const Node* key_of(const Node& owner, std::string_view section, const std::string& key) {
  const Node* const part = owner.find(section);
  return part ? part->find(key) : nullptr;
}

bool all_have(const std::list<Node>& owners, std::string_view section, const Node& value) {
  return std::ranges::all_of(owners, [&](const Node& owner) {
    const Node* const own = key_of(owner, section, value.key);
    return own && same_yaml(*own, value);
  });
}

void move_key(Node& defaults, std::list<Node>& owners, std::string_view section, const std::string& key) {
  Node shared = *key_of(owners.front(), section, key);
  for (Node& owner : owners) {
    Node& part = *owner.find(section);
    const auto ids = settings_of(*part.find(key));
    if (&owner != &owners.front()) shared.from.insert(shared.from.end(), ids.begin(), ids.end());
    erase_node(part, part.find(key));
  }
  defaults.child(section).children.push_back(std::move(shared));
}

void move_section(Node& root, const Shared& shared) {
  auto& owners = root.child(shared.map).children;
  if (owners.size() < 2) return;
  const Node* const first = owners.front().find(shared.section);
  if (!first) return;
  std::vector<std::string> keys;
  for (const Node& value : first->children)
    if (all_have(owners, shared.section, value)) keys.push_back(value.key);
  for (const std::string& key : keys) move_key(root.child("defaults"), owners, shared.section, key);
}

}  // namespace

void move_to_defaults(Draft& draft) {
  for (const Shared& shared : shared_sections) move_section(draft.root, shared);
}

}  // namespace duplexd::importing
