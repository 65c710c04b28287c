#include "core/config/keys/edge/dry_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace duplexd {
namespace {

LimitSet all_of(const std::vector<Limit>& limits) {
  LimitSet all;
  for (const Limit limit : limits) all.add(limit);
  return all;
}

}  // namespace

Spelling<LimitSet> dry_run_spelling(const std::vector<Limit>& limits) {
  std::vector<Word<LimitSet>> words{{"true", all_of(limits)}, {"false", {}}};
  for (const Limit limit : limits) words.push_back({to_word(limit), {limit}});
  return one_of(words);
}

std::string dry_run_text(LimitSet tried, const std::vector<Limit>& limits) {
  if (tried.empty()) return "false";
  if (tried == all_of(limits)) return "true";
  std::vector<std::string_view> words;
  for (const Limit limit : limits)
    if (tried.contains(limit)) words.push_back(to_word(limit));
  return fmt::format("[{}]", fmt::join(words, ", "));
}

}  // namespace duplexd
