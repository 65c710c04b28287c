// "if a b or { src 10.0.0.0/8 } !c"
#include "daemon/import/haproxy/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd::importing::haproxy {
namespace {

using Words = std::span<const std::string>;

void add_line(std::optional<Acl>& whole, Acl part) {
  if (!whole) {
    whole = std::move(part);
  } else if (whole->asks == part.asks) {
    whole->values.insert(whole->values.end(), part.values.begin(), part.values.end());
    whole->is_load = whole->is_load && part.is_load;
  } else {
    whole->asks = Asks::unknown;
    whole->is_load = false;
    whole->why = "its lines ask for unlike things";
  }
}

/// Lines of one name stand for each other; what they ask for has to be the same.
std::optional<Acl> named_acl(std::string_view name, const Section& section) {
  std::optional<Acl> whole;
  for (const Setting* const line : section.all.all("acl")) {
    if (line->arg(0) != name) continue;
    add_line(whole, acl_of(Words(line->args).subspan(1)));
    whole->from.push_back(line);
  }
  return whole;
}

Acl predefined_or_unknown(std::string_view name) {
  if (name == "TRUE") return {.asks = Asks::unknown, .why = "write it without a condition"};
  if (name == "LOCALHOST")
    return {.asks = Asks::unknown, .why = "LOCALHOST is 127.0.0.0/8, in some versions with ::1: write src"};
  return {.asks = Asks::unknown, .why = fmt::format("there is no acl {}", name)};
}

/// Reads the terms of a condition one by one.
class ConditionReader {
 public:
  ConditionReader(Words words, const Section& section) : words_(words), section_(section) {}

  Parsed<Condition> read() {
    while (!words_.empty()) {
      const std::string_view word = words_[0];
      if (word == "or" || word == "||") {
        condition_.emplace_back();
        words_ = words_.subspan(1);
      } else if (!take_term()) {
        return ParseError{"a brace is not closed"};
      }
    }
    return std::move(condition_);
  }

 private:
  bool take_term() {
    std::string_view word = words_[0];
    bool negated = false;
    while (word.starts_with('!')) {
      negated = !negated;
      word.remove_prefix(1);
    }
    words_ = words_.subspan(1);
    if (word.empty() && !words_.empty() && words_[0] == "{")
      return take_anonymous(negated, words_.subspan(1));
    if (word == "{") return take_anonymous(negated, words_);
    if (!word.empty()) add(named_acl(word, section_).value_or(predefined_or_unknown(word)), negated);
    return true;
  }
  bool take_anonymous(bool negated, Words rest) {
    const auto close = std::ranges::find(rest, "}");
    if (close == rest.end()) return false;
    const auto length = static_cast<std::size_t>(close - rest.begin());
    add(acl_of(rest.first(length)), negated);
    words_ = rest.subspan(length + 1);
    return true;
  }
  void add(Acl acl, bool negated) {
    acl.negated = negated;
    condition_.back().push_back(std::move(acl));
  }

  Words words_;
  const Section& section_;
  Condition condition_{1};
};

}  // namespace

Parsed<Condition> condition_of(Words words, const Section& section) {
  const bool unless = !words.empty() && words[0] == "unless";
  if (words.empty() || (words[0] != "if" && !unless)) return ParseError{"its condition is not understood"};
  auto condition = ConditionReader(words.subspan(1), section).read();
  if (!condition || !unless) return condition;
  if (condition->size() != 1 || condition->front().size() != 1)
    return ParseError{"write what has to hold, and not what must not"};
  condition->front().front().negated = !condition->front().front().negated;
  return condition;
}

}  // namespace duplexd::importing::haproxy
