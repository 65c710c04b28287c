#include "daemon/import/draft/pruning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd::importing {
namespace {

constexpr std::size_t depth_of_parts = 2;  // "listeners.web"

using Paths = std::unordered_map<const Node*, std::string>;

void add_paths(const Node& node, const std::string& path, std::size_t depth, Paths& paths) {
  paths.emplace(&node, path);
  for (const Node& child : node.children) {
    const bool is_part = depth < depth_of_parts && child.kind == Node::Kind::map;
    const std::string below = !is_part ? path : path.empty() ? child.key : path + "." + child.key;
    add_paths(child, below, depth + 1, paths);
  }
}

using Carriers = std::vector<std::vector<const std::string*>>;

void add_carriers(const Node& node, const Paths& paths, Carriers& carriers) {
  const std::string& path = paths.at(&node);
  for (const SettingId id : node.from)
    if (carriers[id].empty() || carriers[id].back() != &path) carriers[id].push_back(&path);
  for (const Node& child : node.children) add_carriers(child, paths, carriers);
}

/// Whether a part of the same kind has what `path` loses. A line that is of a listener and of an upstream is
/// not carried by half.
bool is_elsewhere(const std::vector<const std::string*>& carriers, const std::string& path) {
  const auto map = path.substr(0, path.find('.') + 1);
  return !map.empty() && std::ranges::any_of(carriers, [&](const std::string* other) {
    return *other != path && other->starts_with(map);
  });
}

bool is_part(const Node& node, const std::string& path) {
  return !node.key.empty() && path.ends_with("." + node.key);
}

}  // namespace

Pruning::Pruning(Draft& draft) : draft_(draft) { add_paths(draft.root, "", 0, paths_); }

void Pruning::mark(const Node* node, std::string why) {
  if (marked_.insert(node).second) marks_.push_back({node, std::move(why)});
}

void Pruning::mark_part(const Demand& demand) {
  const bool is_new = marked_.insert(demand.part).second;
  marks_.push_back({demand.part, "it is of a part that is left out: " + demand.why, &demand, is_new});
}

bool Pruning::prune() {
  detach(draft_.root);
  carriers_.resize(draft_.ledger.size());
  add_carriers(draft_.root, paths_, carriers_);
  for (const Mark& mark : marks_) tell(mark);
  return !marks_.empty();
}

/// What is marked stays in memory until all is told.
void Pruning::detach(Node& below) {
  for (auto child = below.children.begin(); child != below.children.end();) {
    const auto here = child++;
    if (marked_.contains(&*here))
      detached_.splice(detached_.end(), below.children, here);
    else
      detach(*here);
  }
}

void Pruning::tell(const Mark& mark) const {
  if (mark.demand) tell_of(mark.demand->from, mark);
  if (mark.is_new) tell_settings(mark);
}

/// Of a part as a whole, what is lost with it says enough.
void Pruning::tell_settings(const Mark& mark) const {
  std::vector<SettingId> lost, kept;
  for (const SettingId id : settings_of(*mark.node))
    (is_elsewhere(carriers_[id], paths_.at(mark.node)) ? kept : lost).push_back(id);
  draft_.ledger.refuse_all(lost, mark.why);
  if (mark.demand || (is_part(*mark.node, paths_.at(mark.node)) && !lost.empty())) return;
  for (const SettingId id : kept) tell_of(id, mark);
}

void Pruning::tell_of(SettingId id, const Mark& mark) const {
  const std::string& why = mark.demand ? mark.demand->why : mark.why;
  const std::string& path = paths_.at(mark.node);
  if (is_elsewhere(carriers_[id], path))
    draft_.ledger.remark_in(path, id, fmt::format("{} goes without it: {}", path, why));
  else
    draft_.ledger.refuse(id, why);
}

}  // namespace duplexd::importing
