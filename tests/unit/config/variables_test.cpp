#include "core/config/reading/map_reader.hpp"
#include "tests/unit/config/config_text.hpp"

namespace duplexd {
namespace {

std::string filled_in(std::string_view text) {
  const auto result = interpolate(text, few_variables);
  return result ? *result : "! " + result.error().what;
}

TEST(Variables, VariablesAreFilledIn) {
  EXPECT_EQ(filled_in("plain"), "plain");
  EXPECT_EQ(filled_in("${NAME}"), "web");
  EXPECT_EQ(filled_in("a-${NAME}-${NAME}b"), "a-web-webb");
  EXPECT_EQ(filled_in("${EMPTY}"), "");
}

TEST(Variables, DefaultsReplaceUnsetAndEmptyVariables) {
  EXPECT_EQ(filled_in("${UNSET:-x}"), "x");
  EXPECT_EQ(filled_in("${EMPTY:-x}"), "x");
  EXPECT_EQ(filled_in("${NAME:-x}"), "web");
  EXPECT_EQ(filled_in("${UNSET:-}"), "");
  EXPECT_EQ(filled_in("${UNSET:-a:-b}"), "a:-b");
}

TEST(Variables, TwoDollarSignsAreOne) {
  EXPECT_EQ(filled_in("$$"), "$");
  EXPECT_EQ(filled_in("$${NAME}"), "${NAME}");
  EXPECT_EQ(filled_in("$$$$"), "$$");
  EXPECT_EQ(filled_in("$$${NAME}"), "$web");
}

TEST(Variables, MalformedVariablesAreRefused) {
  EXPECT_EQ(filled_in("${UNSET}"),
            "! the environment variable UNSET is not set; set it or write ${UNSET:-default}");
  const std::string alone =
      "! '$' begins a reference, ${NAME} or ${NAME:-default}; write $$ for the character itself";
  for (const auto* text : {"$", "a$", "$NAME", "${NAME", "$ {NAME}"})
    EXPECT_EQ(filled_in(text), alone) << text;
  EXPECT_EQ(filled_in("${}"), "! '${}' is not a reference; write ${NAME} or ${NAME:-default}");
  for (const auto* text : {"${1A}", "${A B}", "${A-b}", "${:-x}", "${${NAME}}", "${A:b}"})
    EXPECT_TRUE(filled_in(text).starts_with("! ")) << text;
}

TEST(Variables, VariablesHaveASizeLimit) {
  const auto large = [](std::string_view) { return std::optional(std::string(10'000, 'x')); };
  const auto result = interpolate("${A}${A}${A}${A}${A}${A}${A}", large);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "longer than 64 KiB with its variables filled in");
}

TEST(Variables, VariablesFillValuesNotKeys) {
  const auto loaded = parse(
      "listeners:\n  a: {bind: \"${ADDRESS}\", upstream: \"${NAME}\"}\nupstreams:\n  web: {endpoints: "
      "[\"h:1\"]}\n");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  EXPECT_EQ(loaded.config->listeners[0].bind[0].to_string(), "10.0.0.1:80");
  EXPECT_EQ(
      problem(with("${NAME}: 1")),
      "5:5: unknown key '${NAME}' in listeners.web; allowed: bind, transparent, upstream, routes, starttls, "
      "proxy_protocol, access, limits, bandwidth, timeouts, "
      "client, tls, zero_copy, unix, backlog, balance, hash, on_all_down, max_waiting, slow_start, check, "
      "passive, "
      "retry, on_removed, on_down, on_drained, on_up, resolve, endpoint, via, endpoints, endpoints_file, "
      "etcd, "
      "consul");
}

TEST(Variables, VariablesCannotAddStructure) {
  EXPECT_EQ(problem(with("backlog: ${STRUCTURE}")),
            "5:14: listeners.web.backlog: '{a: 1}, b: [2]\\x0ac' holds a control character; write a number "
            "from 1 to "
            "65535");
}

TEST(Variables, VariableMistakesNameTheirPlace) {
  EXPECT_EQ(problem(with("backlog: ${UNSET}")),
            "5:14: listeners.web.backlog: the environment variable UNSET is not set; set it or write "
            "${UNSET:-default}");
}

}  // namespace
}  // namespace duplexd
