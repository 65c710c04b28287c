#include "daemon/control/sessions/session_request.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(SessionRequestTest, FiltersAreRead) {
  const auto query = session_query(
      "/v1/sessions?ids=ff,1&listener=web&upstream=pool&endpoint=%5B::1%5D:80&source=10.0.0.0/"
      "8&state=half_closed"
      "&min_age=2h&min_idle=90s&min_bytes=1MiB");
  ASSERT_TRUE(query) << query.error().sentence;
  const SessionFilter& filter = query->filter;
  EXPECT_THAT(filter.ids, ElementsAre(1, 255));
  EXPECT_EQ(filter.listener, "web");
  EXPECT_EQ(filter.upstream, "pool");
  EXPECT_EQ(filter.endpoint, "[::1]:80");
  ASSERT_TRUE(filter.source);
  EXPECT_EQ(filter.source->to_string(), "10.0.0.0/8");
  EXPECT_EQ(filter.state, LiveState::half_closed);
  EXPECT_EQ(filter.min_age, 2h);
  EXPECT_EQ(filter.min_idle, 90s);
  EXPECT_EQ(filter.min_bytes, 1u << 20);
}

TEST(SessionRequestTest, EveryStateHasWord) {
  for (std::size_t i = 0; i < live_state_count; ++i) {
    const auto state = static_cast<LiveState>(i);
    EXPECT_EQ(session_query(std::string("?state=").append(to_word(state)))->filter.state, state);
  }
}

TEST(SessionRequestTest, PagesGoOnWhereTheyEnded) {
  const SessionCursor cursor{3, 640};
  const auto query = session_query("/v1/sessions?limit=7&tcp=true&after=" + to_text(cursor));
  ASSERT_TRUE(query) << query.error().sentence;
  EXPECT_EQ(query->after, cursor);
  EXPECT_EQ(query->limit, 7u);
  EXPECT_TRUE(query->with_tcp);
  EXPECT_EQ(session_query("/v1/sessions")->after, SessionCursor{});
}

TEST(SessionRequestTest, KillsHaveRate) {
  EXPECT_EQ(kill_order("/v1/kill?listener=web")->rate, 1000u);
  EXPECT_FALSE(kill_order("/v1/kill?listener=web")->dry_run);
  const auto order = kill_order("/v1/kill?ids=000000000000000a&rate=5&dry_run=true");
  EXPECT_EQ(order->rate, 5u);
  EXPECT_TRUE(order->dry_run);
  EXPECT_THAT(order->filter.ids, ElementsAre(10));
}

TEST(SessionRequestTest, SlowestAreTen) {
  EXPECT_EQ(slow_query("/v1/sessions/slow")->limit, 10u);
  EXPECT_TRUE(slow_query("/v1/sessions/slow")->with_tcp);
}

TEST(SessionRequestTest, IdsReadAsInTheLog) {
  EXPECT_EQ(session_id_text(0x0001000000000009), "0001000000000009");
  EXPECT_THAT(kill_order("?ids=" + session_id_text(~0ull))->filter.ids, ElementsAre(~0ull));
}

struct WrongRequest {
  const char* target;
  const char* said;
};
std::ostream& operator<<(std::ostream& out, const WrongRequest& request) { return out << request.target; }

class WrongSessionRequestTest : public testing::TestWithParam<WrongRequest> {};

TEST_P(WrongSessionRequestTest, MistakesAreTold) {
  const auto order = kill_order(GetParam().target);
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().status, 400u);
  EXPECT_THAT(order.error().sentence, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongSessionRequestTest,
    testing::Values(WrongRequest{"/v1/kill", "an id or a filter is missing"},
                    WrongRequest{"/v1/kill?rate=5", "an id or a filter is missing"},
                    WrongRequest{"/v1/kill?min_age=0s", "an id or a filter is missing"},
                    WrongRequest{"/v1/kill?listener=", "listener is empty; leave it out for all"},
                    WrongRequest{"/v1/kill?listener=&source=10.0.0.0/8", "listener is empty"},
                    WrongRequest{"/v1/kill?upstream&state=relaying", "upstream is empty"},
                    WrongRequest{"/v1/kill?ids=1&endpoint=", "endpoint is empty"},
                    WrongRequest{"/v1/kill?ids=", "has no id"},
                    WrongRequest{"/v1/kill?ids=1,,2", "no id of a session"},
                    WrongRequest{"/v1/kill?ids=-1", "no id of a session"},
                    WrongRequest{"/v1/kill?ids=10000000000000000", "no id of a session"},
                    WrongRequest{"/v1/kill?source=10.0.0.1/8", "10.0.0.0/8"},
                    WrongRequest{"/v1/kill?state=idle", "write greeting"},
                    WrongRequest{"/v1/kill?min_bytes=x", "min_bytes 'x'"},
                    WrongRequest{"/v1/kill?listener=a&rate=0", "rate '0'"},
                    WrongRequest{"/v1/kill?listener=a&dry_run=perhaps", "true or false"},
                    WrongRequest{"/v1/kill?limit=5", "no parameter 'limit'"}));

TEST(SessionRequestTest, WrongCursorsAreTold) {
  for (const char* const after : {"", "x", "1", "1-", "-1", "1-x"}) {
    const auto query = session_query(std::string("/v1/sessions?after=") + after);
    ASSERT_FALSE(query) << after;
    EXPECT_THAT(query.error().sentence, HasSubstr("is no 'next'"));
  }
  EXPECT_FALSE(session_query("/v1/sessions?limit=0"));
  EXPECT_FALSE(session_query("/v1/sessions?limit=1001"));
}

}  // namespace
}  // namespace duplexd
