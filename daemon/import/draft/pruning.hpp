#pragma once

#include "daemon/import/draft/draft.hpp"

#include <list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace duplexd::importing {

/// Takes nodes out of a draft, all that are marked in one walk. A setting that nothing else in the draft
/// carries is refused with them; of one that is still carried elsewhere, a remark says where it is missing.
class Pruning {
 public:
  /// `draft` has to stay as it is until prune().
  explicit Pruning(Draft& draft);

  /// Whether a node is in the draft.
  bool is_there(const Node* node) const { return paths_.contains(node); }
  /// The first reason for a node stays. It has to be there.
  void mark(const Node* node, std::string why);
  /// A part whose demand is not met, which is its comment.
  void mark_part(const Demand& demand);
  /// Whether there was something to take out.
  bool prune();

 private:
  struct Mark {
    const Node* node;
    std::string why;
    const Demand* demand = nullptr;
    bool is_new = true;  ///< otherwise only the demand is told
  };

  void detach(Node& below);
  void tell(const Mark& mark) const;
  void tell_settings(const Mark& mark) const;
  void tell_of(SettingId id, const Mark& mark) const;

  Draft& draft_;
  std::unordered_map<const Node*, std::string> paths_{};  // of the parts that nodes are in
  std::unordered_set<const Node*> marked_{};
  std::vector<Mark> marks_{};
  std::list<Node> detached_{};
  std::vector<std::vector<const std::string*>> carriers_{};  // by setting, the parts that have it in the end
};

}  // namespace duplexd::importing
