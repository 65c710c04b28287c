#include "daemon/import/draft/draft.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t room_for_number = 6;

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

std::string as_name(std::string_view wanted) {
  std::string name(wanted.substr(0, longest_name - room_for_number));
  for (char& c : name)
    if (!is_of_name(c)) c = '_';
  return name.empty() ? "_" : name;
}

}  // namespace

Draft::Draft() {
  for (const char* key : {"workers", "log", "limits", "resolve", "defaults", "listeners", "upstreams"})
    root.child(key);
}

void Draft::note(std::string_view what) {
  if (std::ranges::find(notes, what) == notes.end()) notes.emplace_back(what);
}

bool Target::accepts(std::string_view text, const Setting& from) const {
  if (printable(text) == text) return true;
  refuse(from, "it has control characters, or is not UTF-8");
  return false;
}

void Target::set(std::string_view key, std::string_view text, const Setting& from) const {
  if (!accepts(text, from)) return;
  Node& value = node_->at(key);
  value.kind = Node::Kind::scalar;
  value.text = text;
  value.from.push_back(from.id);
  place(from);
  carry(from);
}

void Target::assume(std::string_view key, std::string_view text) const {
  Node& value = node_->at(key);
  if (value.kind == Node::Kind::scalar) return;
  value.kind = Node::Kind::scalar;
  value.text = text;
}

void Target::add(std::string_view key, std::string_view text, const Setting& from) const {
  if (!accepts(text, from)) return;
  Node& list = node_->at(key);
  list.kind = Node::Kind::list;
  list.children.push_back({.kind = Node::Kind::scalar, .text = std::string(text), .from = {from.id}});
  place(from);
  carry(from);
}

Target Target::item(std::string_view key) const {
  Node& list = node_->at(key);
  list.kind = Node::Kind::list;
  return {*draft_, list.children.emplace_back(), path_};
}

void Target::remark(const Setting& setting, std::string_view what) const {
  place(setting);
  draft_->ledger.remark(setting.id, what);
}

void Target::refuse(const Setting& setting, std::string_view why) const {
  place(setting);
  draft_->ledger.refuse(setting.id, why);
}

void Target::demand(std::string_view key, const Setting& from, std::string_view why) const {
  place(from);
  draft_->demands.push_back({node_, std::string(key), from.id, std::string(why)});
}

void Target::place(const Setting& setting) const { draft_->ledger.place(setting.id, path_); }

Target process_of(Draft& draft) { return {draft, draft.root, ""}; }

Target listener_of(Draft& draft, const std::string& name) {
  return {draft, draft.root.child("listeners").child(name), "listeners." + name};
}

Target upstream_of(Draft& draft, const std::string& name) {
  return {draft, draft.root.child("upstreams").child(name), "upstreams." + name};
}

std::string free_name(const Draft& draft, std::string_view map, std::string_view wanted) {
  const Node& taken = *draft.root.find(map);
  const std::string name = as_name(wanted);
  std::string result = name;
  for (unsigned number = 2; taken.find(result); ++number) result = fmt::format("{}-{}", name, number);
  return result;
}

}  // namespace duplexd::importing
