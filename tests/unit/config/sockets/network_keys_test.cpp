// The keys of sockets that the host or the network has to agree to.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NetworkOptions client_of(const std::string& keys) {
  const auto loaded = parse(with("client: {" + keys + "}"));
  EXPECT_TRUE(loaded.config) << problem(with("client: {" + keys + "}"));
  return loaded.config ? loaded.config->listeners[0].client.network : NetworkOptions();
}

std::string problem_of_client(const std::string& key_and_value) {
  return problem(with("client: {" + key_and_value + "}"));
}

TEST(NetworkKeys, ValuesReachBothSides) {
  const std::string keys =
      "{interface: vrf-red, mark: 0xff, dscp: ef, congestion: bbr, mptcp: true, free_bind: true}";
  const auto loaded = parse(with("client: " + keys, "endpoint: " + keys));
  ASSERT_TRUE(loaded.config);
  const NetworkOptions expected{
      .interface = "vrf-red", .mark = 255, .dscp = 46, .congestion = "bbr", .mptcp = true, .free_bind = true};
  EXPECT_EQ(loaded.config->listeners[0].client.network, expected);
  EXPECT_EQ(loaded.config->upstreams[0].endpoint.network, expected);
}

TEST(NetworkKeys, NothingIsSetByDefault) {
  const auto loaded = parse(with(""));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->listeners[0].client.network, NetworkOptions());
  EXPECT_EQ(loaded.config->upstreams[0].endpoint.network, NetworkOptions());
}

TEST(NetworkKeys, ClassesHaveNamesAndNumbers) {
  for (const auto& [text, dscp] : std::vector<std::pair<std::string, unsigned>>{
           {"cs0", 0}, {"0", 0}, {"cs1", 8}, {"af41", 34}, {"ef", 46}, {"46", 46}, {"63", 63}, {"le", 1}})
    EXPECT_EQ(client_of("dscp: " + text).dscp, dscp) << text;
  EXPECT_EQ(effective(parse(with("client: {dscp: 46}")), "listeners.web.client.dscp"),
            "ef  # test.yaml:5:14");
  EXPECT_EQ(effective(parse(with("client: {dscp: 45}")), "listeners.web.client.dscp"),
            "45  # test.yaml:5:14");
}

TEST(NetworkKeys, MarksAreDecimalOrHexadecimal) {
  EXPECT_EQ(client_of("mark: 16").mark, 16u);
  EXPECT_EQ(client_of("mark: 0xFFFFFFFF").mark, 0xffffffffu);
  EXPECT_EQ(client_of("mark: off").mark, 0u);
  EXPECT_EQ(effective(parse(with("client: {mark: 16}")), "listeners.web.client.mark"),
            "0x10  # test.yaml:5:14");
}

TEST(NetworkKeys, WrongValuesAreRefused) {
  for (const auto* wrong : {"mark: 0",
                            "mark: 0x",
                            "mark: 0x1ffffffff",
                            "mark: 4294967296",
                            "mark: -1",
                            "mark: 0xg",
                            "dscp: 64",
                            "dscp: EF",
                            "dscp: -1",
                            "congestion: BBR",
                            "congestion: a-b",
                            "congestion: \"\"",
                            "interface: \"a/b\"",
                            "interface: \"a b\"",
                            "interface: sixteenletters12",
                            "interface: \"\"",
                            "fast_open: 0",
                            "fast_open: 65536",
                            "defer_accept: 500ms",
                            "defer_accept: 6m",
                            "mptcp: yes"})
    EXPECT_THAT(problem_of_client(wrong), HasSubstr("5:")) << wrong;
}

TEST(NetworkKeys, OnlyListenersHaveArrivals) {
  EXPECT_EQ(client_of("fast_open: 16").fast_open, 16);
  EXPECT_EQ(client_of("defer_accept: 5s").defer_accept, std::chrono::seconds(5));
  for (const auto* key : {"fast_open: 16", "defer_accept: 5s"})
    EXPECT_THAT(problem(with("", std::string("endpoint: {") + key + "}")), HasSubstr("unknown key")) << key;
}

TEST(NetworkKeys, UnixSocketsRefuseThem) {
  const std::string text =
      "listeners:\n  a: {bind: \"unix:/a\", endpoints: [\"unix:/b\"],\n"
      "    client: {mark: 1},\n    endpoint: {dscp: ef}}\n";
  EXPECT_THAT(problems(text),
              ElementsAre("3:14: listeners.a.client.mark: 'unix:/a' has no such option, which is one of TCP; "
                          "give it a listener of its own, or leave this out",
                          "4:16: listeners.a.endpoint.dscp: 'unix:/b' has no such option, which is one of "
                          "TCP; give it an upstream of its own, or leave this out"));
}

TEST(NetworkKeys, UnixSocketsSkipThoseOfDefaults) {
  EXPECT_THAT(problems("defaults: {client: {mark: 1}, endpoint: {dscp: ef}}\n"
                       "listeners: {a: {bind: \"unix:/a\", endpoints: [\"unix:/b\"]}}\n"),
              IsEmpty());
}

TEST(NetworkKeys, SocketUnitsDecideAboutTheirs) {
  const auto listener = [](const std::string& more) {
    return "listeners: {a: {bind: \"systemd:w\", endpoints: [\"10.0.0.1:80\"], client: {" + more + "}}}\n";
  };
  EXPECT_THAT(problem(listener("interface: eth0")),
              HasSubstr("listeners.a.client.interface: 'systemd:w' is bound by its socket unit; write "
                        "BindToDevice=NAME there, and interface: any here"));
  EXPECT_THAT(problem(listener("mptcp: true")), HasSubstr("SocketProtocol=mptcp"));
  EXPECT_THAT(problem(listener("free_bind: true")), HasSubstr("FreeBind=yes"));
  EXPECT_THAT(problem(listener("") + "defaults: {client: {interface: eth0}}"),
              HasSubstr("BindToDevice=NAME"));
  EXPECT_EQ(problem(listener("mark: 1, dscp: ef, congestion: reno, fast_open: 5, defer_accept: 5s")), "");
}

TEST(NetworkKeys, MptcpHasNoUserTimeout) {
  EXPECT_THAT(problem(with("client: {mptcp: true, user_timeout: 5s}")),
              HasSubstr("listeners.web.client.user_timeout: MPTCP sockets have none"));
  EXPECT_THAT(problem(with("", "endpoint: {mptcp: true}", "defaults: {endpoint: {user_timeout: 5s}}")),
              HasSubstr("upstreams.pool.endpoint.user_timeout"));
}

TEST(NetworkKeys, InterfacesShareOneAddress) {
  const auto two = [](const std::string& first, const std::string& second) {
    return fmt::format(
        "listeners:\n  a: {{bind: \":80\", endpoints: [\"h:1\"], client: {{interface: {}}}}}\n"
        "  b: {{bind: \"0.0.0.0:80\", endpoints: [\"h:1\"], client: {{interface: {}}}}}\n",
        first, second);
  };
  EXPECT_EQ(problem(two("eth0", "eth1")), "");
  EXPECT_EQ(problem(two("eth0", "any")), "");
  EXPECT_THAT(problem(two("eth0", "eth0")), HasSubstr("is bound already, at test.yaml:2:13"));
  EXPECT_THAT(problem(two("any", "any")), HasSubstr("is bound already, at test.yaml:2:13"));
}

TEST(NetworkKeys, ReloadClassesFollowTheKernel) {
  const auto classes = [](const std::string& in_listener, const std::string& in_upstream) {
    std::vector<std::string> all;
    for (const auto& change :
         difference(parse(with("")).effective, parse(with(in_listener, in_upstream)).effective))
      all.push_back(
          fmt::format("{} {}", change.path.substr(change.path.find("t.") + 2), to_word(change.reload_class)));
    return all;
  };
  const std::string keys = "interface: e, mark: 1, dscp: ef, congestion: bbr, mptcp: true, free_bind: true";
  EXPECT_THAT(classes("client: {" + keys + ", fast_open: 5, defer_accept: 5s}", ""),
              ElementsAre("congestion new_sessions", "defer_accept new_sessions", "dscp new_sessions",
                          "fast_open new_sessions", "free_bind live", "interface rebind", "mark new_sessions",
                          "mptcp rebind"));
  EXPECT_THAT(classes("", "endpoint: {" + keys + "}"),
              ElementsAre("congestion new_sessions", "dscp new_sessions", "free_bind new_sessions",
                          "interface new_sessions", "mark new_sessions", "mptcp new_sessions"));
}

}  // namespace
}  // namespace duplexd
