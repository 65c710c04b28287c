// Every key has a reload class, in the table and in the manual.
#include "core/config/reload_class.hpp"

#include "tests/unit/config/config_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace duplexd {
namespace {

/// The paths of the example with every setting switched on, of sections that are off, and of checks.
std::set<std::string> every_path() {
  const auto example = read_file(source_dir() / "etc/duplexd.yaml");
  const std::regex switched_off("(^|\n)( *)#(?=[^ \n])");
  std::set<std::string> paths;
  for (const auto& text :
       {std::regex_replace(example, switched_off, "$1$2"),
        with("client: {keepalive: off}", "endpoint: {keepalive: off}\n    passive: off"),
        with("", "", "log: {output: 'unix:/dev/log'}"), with("", "check: https"), with("", "check: redis"),
        with("", "check: postgres"),
        with("", "check: {type: exchange, steps: [send text PING, expect prefix PONG]}")}) {
    const auto loaded = parse(text);
    EXPECT_FALSE(loaded.effective.empty());
    for (const auto& value : loaded.effective) paths.insert(value.path);
  }
  return paths;
}

TEST(ReloadClass, EveryKeyHasAReloadClass) {
  for (const auto& path : every_path())
    EXPECT_NE(locate_key(path).has_value(), only_feeds_others(path))
        << path << " needs a reload class in core/config/keys";
}

TEST(ReloadClass, EveryReloadRuleHasAKey) {
  std::set<const ReloadRule*> used;
  for (const auto& path : every_path())
    if (const auto located = locate_key(path)) used.insert(located->rule);
  for (const auto& rule : reload_rules()) EXPECT_TRUE(used.contains(&rule)) << rule.key;
}

/// Of an upstream "a" with TLS to its etcd, and of an upstream "a.etcd" with TLS to its endpoints.
bool is_said_by_owner(const ReloadRule& rule) {
  return rule.owner == Owner::upstream && rule.key.starts_with("tls.");
}

TEST(ReloadClass, DotsInNamesMatchOneRule) {
  for (const auto& rule : reload_rules())
    for (const auto& other : reload_rules())
      EXPECT_FALSE(rule.owner == other.owner && rule.owner != Owner::process && !is_said_by_owner(other) &&
                   rule.key.ends_with("." + std::string(other.key)))
          << rule.key << " and " << other.key;
}

TEST(ReloadClass, KnownOwnerDecidesBetweenRules) {
  const auto key = [](std::string_view known) {
    const auto located = locate_key("upstreams.a.etcd.tls.verify", known);
    return located ? std::string(located->name) + " " + std::string(located->rule->key) : "";
  };
  EXPECT_EQ(key(""), "a etcd.tls.verify");
  EXPECT_EQ(key("upstreams.a"), "a etcd.tls.verify");
  EXPECT_EQ(key("upstreams.b"), "a etcd.tls.verify");
  EXPECT_EQ(key("upstreams.a.etcd"), "a.etcd tls.verify");
}

TEST(ReloadClass, ItemsOfListsAreLocated) {
  const auto key = locate_key("listeners.a.tls.certificates[12].key_file");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "a");
  EXPECT_EQ(key->rule->key, "tls.certificates.key_file");
  EXPECT_FALSE(locate_key("listeners.a.tls.certificates[12.key_file"));
}

TEST(ReloadClass, LocatedKeyHasOwnerAndName) {
  const auto weight = locate_key("upstreams.a.b.endpoints[12].weight");
  ASSERT_TRUE(weight);
  EXPECT_EQ(weight->rule->owner, Owner::endpoint);
  EXPECT_EQ(weight->name, "a.b");
  EXPECT_EQ(weight->index, "12");
  const auto of_route = locate_key("listeners.a.b.routes[3].upstream");
  ASSERT_TRUE(of_route);
  EXPECT_EQ(of_route->rule->owner, Owner::route);
  EXPECT_EQ(of_route->name, "a.b");
  EXPECT_EQ(of_route->index, "3");
  const auto idle = locate_key("listeners.timeouts.timeouts.idle");
  ASSERT_TRUE(idle);
  EXPECT_EQ(idle->name, "timeouts");
  EXPECT_EQ(idle->rule->key, "timeouts.idle");
  for (const auto* path : {"", "listeners", "listeners..bind", "listeners.bind", "listeners.a.new",
                           "defaults", "upstreams.u.weight", "upstreams.u.endpoints[.weight",
                           "listeners.a.routes[.sni", "listeners.a.sni", "defaults.timeouts.idle"})
    EXPECT_FALSE(locate_key(path)) << path;
}

/// "client.keepalive.idle" -> "client.keepalive", "weight" -> "endpoints.weight": its name in the manual.
std::string name_in_manual(const ReloadRule& rule) {
  const auto key = std::string(rule.key.substr(
      0, rule.key.find(".keepalive.") == rule.key.npos ? rule.key.npos : rule.key.rfind('.')));
  if (rule.owner == Owner::route) return "routes." + key;
  return rule.owner == Owner::endpoint ? "endpoints." + key : key;
}

std::string_view heading_in_manual(Owner owner) {
  if (owner == Owner::process) return "Process";
  return owner == Owner::listener || owner == Owner::route ? "Listeners" : "Upstreams";
}

using Lines = std::set<std::string>;  // "live Listeners backlog"

Lines keys_in_table() {
  Lines lines;
  for (const auto& rule : reload_rules())
    lines.insert(fmt::format("{} {} {}", to_word(rule.reload_class), heading_in_manual(rule.owner),
                             name_in_manual(rule)));
  return lines;
}

/// Below RELOADING, "*live*" begins a class, "Listeners:" an owner, and every other word in bold is a key.
Lines keys_in_manual() {
  const auto manual = read_file(source_dir() / "packaging/man/duplexd.yaml.5.scd");
  const auto begin = manual.find("\n# RELOADING\n");
  const auto section = manual.substr(begin, manual.find("\n# ", begin + 1) - begin);
  static const std::regex token(R"(\n\*(\w+)\*\n|\b(Process|Listeners|Upstreams): |\*([a-z0-9_.]+)\*)");
  std::string reload_class, owner;
  Lines lines;
  for (std::sregex_iterator at(section.begin(), section.end(), token), end; at != end; ++at) {
    if ((*at)[1].matched) {
      reload_class = (*at)[1];
      owner.clear();
    } else if ((*at)[2].matched) {
      owner = (*at)[2];
    } else if (!owner.empty()) {
      lines.insert(fmt::format("{} {} {}", reload_class, owner, (*at)[3].str()));
    }
  }
  return lines;
}

TEST(Documentation, ManualHasEveryReloadClass) { EXPECT_EQ(keys_in_manual(), keys_in_table()); }

}  // namespace
}  // namespace duplexd
