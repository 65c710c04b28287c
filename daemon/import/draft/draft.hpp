#pragma once

#include "daemon/import/draft/ledger.hpp"
#include "daemon/import/draft/node.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd::importing {

/// Without what `key` says, a part would do something else than it should: then it is left out as a whole.
struct Demand {
  const Node* part;
  std::string key;  ///< below it; "": nothing would do
  SettingId from;
  std::string why;
};

/// The configuration that a translation puts together.
struct Draft {
  Node root;
  Ledger ledger;
  std::vector<std::string> notes{};  ///< about the whole, each once
  std::vector<Demand> demands{};

  Draft();
  void note(std::string_view what);
};

/// The part of a draft that settings are carried into. Copies are the same part.
class Target {
 public:
  Target(Draft& draft, Node& node, std::string path) : draft_(&draft), node_(&node), path_(std::move(path)) {}

  /// Writes a value under a key below this part, "timeouts.idle", over what is there.
  void set(std::string_view key, std::string_view text, const Setting& from) const;
  /// Writes a value that the other proxy has by itself, unless there is one.
  void assume(std::string_view key, std::string_view text) const;
  /// As set() for an item of a list.
  void add(std::string_view key, std::string_view text, const Setting& from) const;
  /// A new map in a list.
  Target item(std::string_view key) const;
  /// A map, made if it is not there.
  Target part(std::string_view key) const { return {*draft_, node_->at(key), path_}; }

  void carry(const Setting& setting) const { draft_->ledger.carry(setting.id); }
  void remark(const Setting& setting, std::string_view what) const;
  void refuse(const Setting& setting, std::string_view why) const;
  /// Leaves this part out, with all that it carries, if there is no `key` in the end: because what was to be
  /// written there is refused, or because duplexd does not take it.
  void demand(std::string_view key, const Setting& from, std::string_view why) const;
  /// Leaves this part out.
  void leave_out(const Setting& from, std::string_view why) const { demand("", from, why); }
  /// Where the comment about a setting stands, if nothing is said of it.
  void place(const Setting& setting) const;

  Node& node() const { return *node_; }
  const std::string& path() const { return path_; }
  Draft& draft() const { return *draft_; }

 private:
  bool accepts(std::string_view text, const Setting& from) const;

  Draft* draft_;
  Node* node_;
  std::string path_;
};

/// The process; a listener or an upstream of that name, made if it is not there.
Target process_of(Draft& draft);
Target listener_of(Draft& draft, const std::string& name);
Target upstream_of(Draft& draft, const std::string& name);

/// `wanted` as a name that duplexd takes and that is not in `map` ("listeners") yet.
std::string free_name(const Draft& draft, std::string_view map, std::string_view wanted);

/// Moves what all listeners, or all upstreams, have alike to `defaults`.
void move_to_defaults(Draft& draft);

}  // namespace duplexd::importing
