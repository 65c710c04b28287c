#include "core/handover/endpoint_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// With every field unlike its default.
EndpointState state_of_endpoint() {
  return {.upstream = "pool",
          .endpoint = "db.example:5432",
          .address = *SocketAddress::parse("[2001:db8::1]:5432"),
          .since = 1'234'567us,
          .up_since = 89,
          .check = EndpointState::Check{.up = false,
                                        .against = 2,
                                        .since = 17us,
                                        .passed = false,
                                        .words = "connected, but answered 503",
                                        .took = 18us,
                                        .at = 19us},
          .trust = {.ejected_until = 20, .ejections = 21, .failures = 22, .early_resets = 23}};
}

std::vector<EndpointState> read_endpoints(const std::string& text) {
  return endpoints_of(boost::json::parse(text));
}

TEST(EndpointJsonTest, EveryFieldComesBack) {
  const EndpointState state = state_of_endpoint();
  const auto back = read_endpoints(boost::json::serialize(to_json({state, state})));
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].key(), state.key());
  EXPECT_EQ(back[0].since, state.since);
  EXPECT_EQ(back[0].up_since, state.up_since);
  EXPECT_EQ(back[0].check, state.check);
  EXPECT_EQ(back[0].trust, state.trust);
}

TEST(EndpointJsonTest, UncheckedEndpointStaysUnchecked) {
  EndpointState state = state_of_endpoint();
  state.check.reset();
  EXPECT_FALSE(read_endpoints(boost::json::serialize(to_json({state})))[0].check_state());
}

TEST(EndpointJsonTest, UnknownFieldsArePassedOver) {
  const auto back = read_endpoints(
      R"([{"endpoint":"a:1","address":"192.0.2.1:1","mood":"good","check":{"up":false,"later":[1]}}])");
  ASSERT_EQ(back.size(), 1u);
  EXPECT_FALSE(back[0].check->up);
}

TEST(EndpointJsonTest, OtherJsonIsRefused) {
  for (const char* const text : {"{}", "[1]", R"([{"check":1}])", R"([{"address":"x"}])", R"([{"trust":[]}])",
                                 R"([{"check":{"up":"no"}}])", R"([{"check":{"against":-1}}])"})
    EXPECT_ANY_THROW((void)read_endpoints(text)) << text;
}

TEST(EndpointStateTest, CheckComesBackFromMonitor) {
  const CheckState known = *state_of_endpoint().check_state();
  EXPECT_EQ(known.health.health(), Health::down);
  EXPECT_EQ(known.health.against(), 2u);
  EXPECT_EQ(known.last->result.words, "connected, but answered 503");
  const NameStanding standing;
  const Endpoint endpoint("db", standing, *SocketAddress::parse("[2001:db8::1]:5432"), 1);
  EXPECT_EQ(state_of("pool", endpoint, known).check, state_of_endpoint().check);
}

TEST(EndpointStateTest, UncheckedEndpointSaysNothing) {
  const NameStanding standing;
  const Endpoint endpoint("db", standing, *SocketAddress::parse("192.0.2.1:5432"), 1);
  EXPECT_FALSE(state_of("pool", endpoint, CheckState{}).says_something());
}

}  // namespace
}  // namespace duplexd
