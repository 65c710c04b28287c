#include "daemon/control/sessions/session_json.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

boost::json::object session_json(const SessionView& view, bool with_tcp) {
  std::string text;
  append_session(text, view, with_tcp);
  return boost::json::parse(text).as_object();
}

TEST(SessionJsonTest, NothingChosenIsNull) {
  const auto session = session_json({.id = 0x0001000000000002, .listener = "web"}, true);
  EXPECT_EQ(session.at("id").as_string(), "0001000000000002");
  for (const char* const key :
       {"upstream", "endpoint", "client", "via", "address", "client_tcp", "endpoint_tcp"})
    EXPECT_TRUE(session.at(key).is_null()) << key;
  EXPECT_EQ(session.at("state").as_string(), "greeting");
}

TEST(SessionJsonTest, ChainsSayWhomTheyWaitFor) {
  struct Row {
    ChainWait wait;
    const char* upstream;
    const char* downstream;
  };
  for (const auto& [wait, upstream, downstream] :
       std::array{Row{ChainWait::nothing, "nothing", "nothing"},
                  Row{ChainWait::sender, "readable_client", "readable_endpoint"},
                  Row{ChainWait::receiver, "writable_endpoint", "writable_client"},
                  Row{ChainWait::bandwidth, "bandwidth", "bandwidth"}}) {
    const auto session =
        session_json({.upstream_chain = {.waits_for = wait}, .downstream_chain = {.waits_for = wait}}, false);
    EXPECT_EQ(session.at("upstream_chain").at("waits_for").as_string(), upstream);
    EXPECT_EQ(session.at("downstream_chain").at("waits_for").as_string(), downstream);
  }
}

TEST(SessionJsonTest, FiguresHaveUnits) {
  const auto session =
      session_json({.age = 4s,
                    .connecting = 12ms,
                    .idle = 300ms,
                    .upstream_chain = {.bytes = {.read = 1000, .undelivered = 7, .stalled = 1500us},
                                       .reading = 2000250us,
                                       .stalled = true,
                                       .splices = true},
                    .client_tcp = TcpState{.rtt = 250us, .since_sent = 2s}},
                   true);
  EXPECT_EQ(session.at("age_ms").to_number<int>(), 4000);
  EXPECT_EQ(session.at("idle_ms").to_number<int>(), 300);
  EXPECT_EQ(session.at("connecting_ms").to_number<int>(), 12);
  EXPECT_TRUE(session.at("half_closed_ms").is_null());
  const auto& chain = session.at("upstream_chain");
  EXPECT_EQ(chain.at("rate").to_number<int>(), 250);
  EXPECT_EQ(chain.at("undelivered").to_number<int>(), 7);
  EXPECT_EQ(chain.at("stalled_ms").to_number<double>(), 1.5);
  EXPECT_EQ(chain.at("reading_ms").to_number<double>(), 2000.25);
  EXPECT_TRUE(chain.at("stalled").as_bool());
  EXPECT_EQ(chain.at("by").as_string(), "splice");
  EXPECT_EQ(session.at("downstream_chain").at("by").as_string(), "copy");
  EXPECT_EQ(session.at("client_tcp").at("rtt_ms").to_number<double>(), 0.25);
  EXPECT_EQ(session.at("client_tcp").at("since_sent_ms").to_number<int>(), 2000);
  EXPECT_TRUE(session.at("endpoint_tcp").is_null());
}

TEST(SessionJsonTest, SocketsAreShownOnDemand) {
  EXPECT_FALSE(session_json({}, false).contains("client_tcp"));
  EXPECT_FALSE(session_json({}, false).contains("endpoint_tcp"));
}

TEST(SessionJsonTest, JudgedSessionsSayWhoAndWhy) {
  std::string text;
  append_judged_session(text, {}, {Slow::client_path, 1500ms, "the path loses \"segments\""});
  const auto session = boost::json::parse(text);
  EXPECT_TRUE(session.at("client_tcp").is_null());
  const auto& verdict = session.at("verdict");
  EXPECT_EQ(verdict.at("who").as_string(), "client_path");
  EXPECT_EQ(verdict.at("held_up_ms").to_number<int>(), 1500);
  EXPECT_EQ(verdict.at("evidence").as_string(), "the path loses \"segments\"");
}

}  // namespace
}  // namespace duplexd
