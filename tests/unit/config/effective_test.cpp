// The list of effective values: --dump-config prints it, and the documents have to match it.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>

namespace duplexd {
namespace {

using Keys = std::map<std::string, std::string>;  // the values, by path

/// Builds a configuration again from the paths of its dump.
struct Branch {
  std::map<std::string, Branch> below;
  std::string value;

  std::string text() const {
    if (below.empty()) return value;
    const bool list = below.begin()->first.starts_with('[');
    std::string result;
    for (const auto& [key, branch] : below)
      result += (result.empty() ? "" : ", ") + (list ? "" : key + ": ") + branch.text();
    return list ? "[" + result + "]" : "{" + result + "}";
  }
};

std::string written_again(const std::vector<EffectiveValue>& effective) {
  static const std::regex step(R"([^.\[\]]+|\[\d+\])");
  Branch root;
  for (const auto& each : effective) {
    Branch* branch = &root;
    for (std::sregex_iterator at(each.path.begin(), each.path.end(), step), end; at != end; ++at)
      branch = &branch->below[at->str()];
    branch->value = each.value;
  }
  return root.text();
}

Keys values(const LoadedConfig& loaded) {
  Keys result;
  for (const auto& each : loaded.effective) result[each.path] = each.value;
  return result;
}

TEST(Effective, EffectiveValueNamesItsOrigin) {
  const auto loaded = parse(with("timeouts: {connect: 1s}", "", "defaults: {timeouts: {idle: 90m}}"));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(effective(loaded, "listeners.web.timeouts.connect"), "1s  # test.yaml:5:16");
  EXPECT_EQ(effective(loaded, "listeners.web.timeouts.idle"), "1h30m  # test.yaml:10:23");
  EXPECT_EQ(effective(loaded, "listeners.web.timeouts.half_closed"), "1m  # default");
  EXPECT_EQ(effective(loaded, "upstreams.pool.endpoints[0].address"), "10.0.0.1:80  # test.yaml:8:17");
  EXPECT_EQ(effective(loaded, "upstreams.pool.endpoints[0].weight"), "1  # default");
  EXPECT_EQ(effective(loaded, "listeners.web.bind"), "[127.0.0.1:80]  # test.yaml:3:5");
}

/// The seconds in force, and what the dump says.
std::string half_closed(const std::string& in_listener, const std::string& in_defaults = "") {
  const auto loaded =
      parse(with("timeouts: {" + in_listener + "}", "", "defaults: {timeouts: {" + in_defaults + "}}"));
  if (!loaded.config) return to_string(loaded.problems.at(0));
  const auto seconds = loaded.config->listeners[0].timeouts.half_closed / std::chrono::seconds(1);
  return std::to_string(seconds) + ": " + effective(loaded, "listeners.web.timeouts.half_closed");
}

TEST(Effective, HalfClosedIsWithinIdle) {
  EXPECT_EQ(half_closed("idle: 30s"), "30: 30s  # default");
  EXPECT_EQ(half_closed("", "idle: 30s"), "30: 30s  # default");
  EXPECT_EQ(half_closed("idle: 2h", "idle: 30s"), "60: 1m  # default");
  EXPECT_EQ(half_closed("idle: off"), "60: 1m  # default");
  EXPECT_EQ(half_closed("idle: 30s, half_closed: 2m"), "120: 2m  # test.yaml:5:27");
  EXPECT_EQ(half_closed("idle: 30s", "half_closed: 2m"), "120: 2m  # test.yaml:10:23");
}

TEST(Effective, PrintedValuesReadAsSameConfig) {
  const auto loaded = parse(with(R"(access: {allow: ["2001:db8::/32", 10.0.0.0/8], deny: 10.6.6.6}
    limits: {sessions: 5}
    proxy_protocol: {from: [10.0.0.2, "2001:db8::/32"], mode: optional}
    client: {keepalive: off, receive_buffer: 64KB}
    unix: {mode: "0600", owner: root})",
                                 R"(endpoint: {source: [10.0.0.5, "fe80::1%lo"], keepalive: {count: 9}}
    proxy_protocol: {send: [ssl, received]}
    resolve: {at_start: optional})",
                                 R"(  odd:
    endpoints: ["unix:/run/a$$b c", "unix:@\"\\", {address: "[::1]:5", weight: 7}, "h:1"]
workers: 2
control: {socket: "/run/a b", group: "0"}
defaults: {timeouts: {lifetime: 1d1ms, drain: off}})"));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const auto text = written_again(loaded.effective);
  const auto again = parse(text);
  ASSERT_TRUE(again.config) << to_string(again.problems.at(0));
  EXPECT_EQ(values(again), values(loaded)) << text;
  EXPECT_EQ(again.config->upstreams[0].endpoints[0].name, "unix:/run/a$b c");
}

TEST(Effective, ProblemsLeaveNoEffectiveValues) { EXPECT_TRUE(parse(with("backlog: x")).effective.empty()); }

/// Every key at its default, from a minimal configuration.
Keys documented_keys() {
  return values(parse_config(read_file(source_dir() / "etc/duplexd.minimal.yaml"), "", few_variables));
}

/// The example has a check of one type, and what is off by default, too.
Keys without_what_is_off(Keys keys) {
  for (const std::string_view section :
       {".check", ".etcd", ".consul", ".routes[", ".output[", ".proxy_protocol", ".tls", ".via"})
    std::erase_if(keys, [&](const auto& key) { return key.first.find(section) != key.first.npos; });
  return keys;
}

TEST(Documentation, ExampleHasEveryKeyAtDefault) {
  const auto example = read_file(source_dir() / "etc/duplexd.yaml");
  const auto as_it_stands = parse_config(example, "duplexd.yaml", few_variables);
  ASSERT_TRUE(as_it_stands.config) << to_string(as_it_stands.problems.at(0));

  static const std::regex switched_off("(^|\n)( *)#(?=[^ \n])");
  const auto on =
      parse_config(std::regex_replace(example, switched_off, "$1$2"), "duplexd.yaml", few_variables);
  ASSERT_TRUE(on.config) << to_string(on.problems.at(0));
  for (const auto& each : on.effective)
    EXPECT_NE(each.origin, "default") << each.path << " is not in the example";
  EXPECT_EQ(without_what_is_off(values(on)), without_what_is_off(documented_keys()));
}

/// "listeners.web.timeouts.idle" -> "timeouts.idle": the name of a listener's key in the manual.
std::string name_in_manual(const std::string& path) {
  return std::regex_replace(std::regex_replace(path, std::regex(R"(^(listeners|upstreams)\.web\.)"), ""),
                            std::regex(R"(\[0\])"), "");
}

TEST(Documentation, ManualHasEveryKeyWithDefault) {
  const auto manual = read_file(source_dir() / "packaging/man/duplexd.yaml.5.scd");
  const auto says = [&](const std::string& text) { return manual.find(text) != std::string::npos; };
  for (const auto& [path, value] : documented_keys()) {
    const auto name = name_in_manual(path);
    const auto in_section = name.substr(name.find('.') + 1);  // client.nodelay, under a heading of its own
    const auto short_name =
        std::regex_replace(in_section, std::regex(R"(^(timeouts|client|endpoint|passive|retry)\.)"), "");
    const bool has_default = says("*" + name + "* (default *" + value + "*)") ||
                             says("*" + short_name + "* (default *" + value + "*)");
    const bool required = says("*" + name + "* (required");
    // keepalive.idle may be overridden, but the manual names only keepalive there.
    const auto override_name =
        name.substr(0, name.find(".keepalive.") == name.npos ? name.npos : name.rfind('.'));
    EXPECT_TRUE(has_default || required || says("*" + override_name + "*")) << path << ": " << value;
  }
}

TEST(Documentation, EveryWordOfSchemaIsAccepted) {
  for (const auto* text :
       {"log: {level: error}", "log: {level: warning}", "log: {level: info}", "log: {level: debug}",
        "log: {format: auto}", "log: {format: logfmt}", "log: {format: json}", "log: {format: journald}"})
    EXPECT_EQ(problem(with("", "", text)), "");
}

}  // namespace
}  // namespace duplexd
