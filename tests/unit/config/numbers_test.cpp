// Numbers have one spelling wherever the file takes one: decimal digits, nothing before or behind them.
#include "tests/unit/config/config_text.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

/// A part of a listener, and text for the top of the file, where # stands for the number.
struct Slot {
  std::string_view in_listener, at_top;
  std::string number = "1";
};

const Slot slots[] = {
    {"backlog: \"#\"", ""},
    {"limits: {sessions: \"#\"}", ""},
    {"limits: {ipv6_source_prefix: \"#\"}", ""},
    {"access: {allow: \"10.0.0.0/#\"}", "", "8"},
    {"access: {deny: \"2001:db8::/#\"}", "", "32"},
    {"access: {deny: \"10.0.0.#\"}", ""},
    {"timeouts: {idle: \"#s\"}", ""},
    {"timeouts: {idle: \"1h#m\"}", ""},
    {"timeouts: {lifetime_jitter: \"#%\"}", ""},
    {"client: {keepalive: {count: \"#\"}}", ""},
    {"client: {receive_buffer: \"#MiB\"}", ""},
    {"unix: {owner: \"#\"}", ""},
    {"", "  v: {endpoints: \"h:#\"}"},
    {"", "  v: {endpoints: \"[fe80::5%#]:1\"}"},
    {"", "  v: {endpoints: {address: \"h:1\", weight: \"#\"}}"},
    {"", "  v: {endpoints: \"h:1\", endpoint: {source: \"10.0.0.#\"}}"},
    {"", "workers: \"#\""},
    {"", "limits: {sessions: \"#\"}"},
    {"", "control: {group: \"#\"}", "0"},
    {"", "listeners: {v: {upstream: pool, bind: \":#\"}}"},
    {"", "listeners: {v: {upstream: pool, bind: \"127.0.0.1:#-70\"}}"},
    {"", "listeners: {v: {upstream: pool, bind: \"[::1]:5-#\"}}", "70"},
    {"", "listeners: {v: {upstream: pool, bind: \"127.0.0.#:1\"}}"},
};

std::string filled(std::string_view text, std::string_view number) {
  std::string result(text);
  if (const auto at = result.find('#'); at != result.npos) result.replace(at, 1, number);
  return result;
}

/// The problems with `number` in the slot. A second `listeners` would be a duplicate, so it replaces the
/// first.
std::string problem_with(const Slot& slot, std::string_view number) {
  const auto top = filled(slot.at_top, number);
  if (top.starts_with("listeners")) return problem(top + "\nupstreams: {pool: {endpoints: \"h:1\"}}");
  return problem(with(filled(slot.in_listener, number), "", top));
}

TEST(Numbers, NumbersHaveOneSpelling) {
  for (const Slot& slot : slots) {
    const auto expect_refused = [&](const std::string& number) {
      EXPECT_NE(problem_with(slot, number), "")
          << "'" << number << "' in " << slot.in_listener << slot.at_top;
    };
    EXPECT_EQ(problem_with(slot, slot.number), "");
    for (const std::string before : {"0", "00", "+", "-", " ", "0x", "0o", "0b", "1_", "1e", "\u0661"})
      expect_refused(before + slot.number);
    for (const std::string behind : {" ", ".0", "_0", "e0", "x"}) expect_refused(slot.number + behind);
  }
}

}  // namespace
}  // namespace duplexd
