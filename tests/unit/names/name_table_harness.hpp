#pragma once

#include "core/names/name_table.hpp"
#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {

/// A table, and a clock that a test moves.
class NameTableHarness : public testing::Test {
 protected:
  using Names = std::vector<std::string>;
  using Clock = NameTable::Clock;

  static constexpr std::string_view no_such_name = "no such name";

  ~NameTableHarness() override {
    while (!interests_.empty()) remove(interests_.begin()->first);
  }

  /// Calls itself `who` when it is told something.
  void add(const std::string& who, const std::string& host, Duration interval = std::chrono::seconds(30)) {
    interests_[who] = table_.add(
        host, interval, [this, who] { told_.push_back(who); }, now_);
  }
  std::optional<NameTable::Number> remove(const std::string& who) {
    return table_.remove(std::move(interests_.extract(who).mapped()));
  }
  const KnownName& name_of(const std::string& who) { return *interests_[who]->name; }

  /// The hosts that are asked now.
  Names asked() {
    Names hosts;
    while (const auto question = table_.next_question(now_)) {
      numbers_[question->host] = question->number;
      hosts.push_back(question->host);
    }
    return hosts;
  }
  void answer(const std::string& host, NameAnswer answer) {
    table_.answer(numbers_.at(host), std::move(answer), {now_, {}});
  }
  void answer(const std::string& host) { answer(host, {{address_of("192.0.2.1:0")}, ""}); }
  void answer_with_ttl(const std::string& host, std::chrono::seconds ttl) {
    answer(host, {{address_of("192.0.2.1:0")}, "", {}, ttl});
  }
  void fail(const std::string& host) { answer(host, {{}, no_such_name}); }
  void pass(Clock::duration time) { now_ += time; }
  void pass_until_due() { now_ = std::max(now_, table_.due()); }
  Names told() {
    while (table_.has_news()) (*table_.next_news())();
    return std::exchange(told_, {});
  }

  NameTable table_{1};
  Clock::time_point now_{std::chrono::hours(1)};
  std::map<std::string, std::unique_ptr<Interest>> interests_;
  std::map<std::string, NameTable::Number> numbers_;
  Names told_;
};

}  // namespace duplexd::test
