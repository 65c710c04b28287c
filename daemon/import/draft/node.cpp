#include "daemon/import/draft/node.hpp"

#include <algorithm>
#include <utility>

namespace duplexd::importing {

bool Node::empty() const { return kind != Kind::scalar && std::ranges::all_of(children, &Node::empty); }

const Node* Node::find(std::string_view name) const {
  const auto found = std::ranges::find(children, name, &Node::key);
  return found == children.end() ? nullptr : &*found;
}

Node* Node::find(std::string_view name) { return const_cast<Node*>(std::as_const(*this).find(name)); }

Node& Node::child(std::string_view name) {
  if (Node* const there = find(name)) return *there;
  return children.emplace_back(Node{.key = std::string(name)});
}

Node& Node::at(std::string_view path) {
  const auto dot = path.find('.');
  Node& first = child(path.substr(0, dot));
  return dot == std::string_view::npos ? first : first.at(path.substr(dot + 1));
}

bool Node::has(std::string_view path) const {
  const auto dot = path.find('.');
  const Node* const first = find(path.substr(0, dot));
  if (!first || dot == std::string_view::npos) return first && !first->empty();
  return first->has(path.substr(dot + 1));
}

bool same_yaml(const Node& one, const Node& other) {
  return one.kind == other.kind && one.key == other.key && one.text == other.text &&
         std::ranges::equal(one.children, other.children, same_yaml);
}

std::vector<SettingId> settings_of(const Node& node) {
  std::vector<SettingId> all = node.from;
  for (const Node& child : node.children) {
    const auto below = settings_of(child);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

void erase_node(Node& root, const Node* target) {
  const auto erased = std::erase_if(root.children, [&](const Node& child) { return &child == target; });
  if (erased != 0) return;
  for (Node& child : root.children) erase_node(child, target);
}

}  // namespace duplexd::importing
