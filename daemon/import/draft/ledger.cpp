#include "daemon/import/draft/ledger.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd::importing {
namespace {

constexpr std::size_t longest_shown = 100;

std::string shown(std::string_view text) {
  std::string whole = printable(text);
  if (whole.size() <= longest_shown) return whole;
  return printable(std::string_view(whole).substr(0, longest_shown)) + "...";
}

void add_once(std::vector<std::string>& comments, std::string comment) {
  if (std::ranges::find(comments, comment) == comments.end()) comments.push_back(std::move(comment));
}

}  // namespace

SettingId Ledger::add(std::string_view where, std::string_view text) {
  entries_.push_back({printable(where), shown(text)});
  return entries_.size() - 1;
}

void Ledger::place(SettingId id, std::string path) { entries_[id].path = std::move(path); }

void Ledger::carry(SettingId id) {
  Entry& entry = entries_[id];
  if (entry.fate == Fate::open) entry.fate = Fate::carried;
}

void Ledger::remark(SettingId id, std::string_view what) {
  Entry& entry = entries_[id];
  add_once(entry.comments, fmt::format("{}: '{}': {}", entry.where, entry.text, printable(what)));
}

void Ledger::remark_in(const std::string& path, SettingId id, std::string_view what) {
  Entry& entry = entries_[id];
  add_once(entry.elsewhere[path], fmt::format("{}: '{}': {}", entry.where, entry.text, printable(what)));
}

void Ledger::refuse(SettingId id, std::string_view why, std::size_t more) {
  Entry& entry = entries_[id];
  if (entry.fate == Fate::refused) return;
  entry.fate = Fate::refused;
  entry.elsewhere.clear();
  const std::string others = more == 0   ? ""
                             : more == 1 ? ", nor is 1 setting of it"
                                         : fmt::format(", nor are {} settings of it", more);
  entry.comments = {
      fmt::format("{}: '{}' is not carried{}: {}", entry.where, entry.text, others, printable(why))};
}

void Ledger::refuse_all(const std::vector<SettingId>& ids, std::string_view why) {
  std::vector<SettingId> left;
  for (const SettingId id : ids)
    if (entries_[id].fate != Fate::refused) left.push_back(id);
  std::ranges::sort(left);
  left.erase(std::unique(left.begin(), left.end()), left.end());
  if (left.empty()) return;
  refuse(left.front(), why, left.size() - 1);
  for (const SettingId id : left) {
    if (id == left.front()) continue;
    entries_[id].fate = Fate::refused;
    entries_[id].comments.clear();
    entries_[id].elsewhere.clear();
  }
}

std::size_t Ledger::carried() const {
  const auto count = std::ranges::count(entries_, Fate::carried, &Entry::fate);
  return static_cast<std::size_t>(count);
}

Comments Ledger::comments() const {
  Comments all;
  for (const Entry& entry : entries_) {
    auto& here = all[entry.path];
    here.insert(here.end(), entry.comments.begin(), entry.comments.end());
    for (const auto& [path, comments] : entry.elsewhere)
      all[path].insert(all[path].end(), comments.begin(), comments.end());
  }
  return all;
}

}  // namespace duplexd::importing
