#include "core/names/name_state.hpp"

#include "core/net/address/address_text.hpp"
#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using test::address_of;
using Addresses = std::vector<SocketAddress>;

const Addresses one{address_of("192.0.2.1:0")};
const Addresses other{address_of("192.0.2.2:0"), address_of("[2001:db8::1]:0")};
constexpr std::string_view gone = "no such name";
constexpr std::chrono::system_clock::time_point now{1000s};

const NameAnswer answers[] = {{one, ""}, {other, ""}, {{}, gone}, {{}, ""}, {one, gone}};

bool is_failure(const NameAnswer& answer) { return !answer.failure.empty() || answer.addresses.empty(); }

TEST(NameStateTest, FirstAnswerIsNews) {
  for (const NameAnswer& answer : answers) {
    NameState state;
    EXPECT_TRUE(learn(state, answer, now));
    EXPECT_TRUE(state.answered);
    EXPECT_EQ(state.failure.empty(), !is_failure(answer));
  }
}

TEST(NameStateTest, NewsAreChangesAndTurns) {
  for (const NameAnswer& first : answers) {
    for (const NameAnswer& second : answers) {
      NameState state;
      learn(state, first, now);
      const NameState before = state;
      const bool is_news = learn(state, second, now + 1s);
      const bool has_turned = is_failure(first) != is_failure(second);
      EXPECT_EQ(is_news, has_turned || before.addresses != state.addresses);
    }
  }
}

TEST(NameStateTest, FailureKeepsAddresses) {
  NameState state;
  learn(state, {other, ""}, now);
  learn(state, {one, gone}, now + 1s);
  EXPECT_EQ(state.addresses, other);
  EXPECT_EQ(state.failure, gone);
  EXPECT_EQ(state.changed, now);
  EXPECT_EQ(state.failed, now + 1s);
  learn(state, {other, ""}, now + 2s);
  EXPECT_EQ(state.failure, "");
  EXPECT_EQ(state.changed, now) << "the addresses are as before";
  EXPECT_EQ(state.failed, now + 1s) << "of the last failure, also after it";
}

TEST(NameStateTest, LostFamilyKeepsItsAddresses) {
  const Addresses before{address_of("192.0.2.1:0"), address_of("[2001:db8::1]:0")};
  const SocketAddress new_six = address_of("[2001:db8::2]:0");
  NameState state;
  learn(state, {before, ""}, now);
  EXPECT_TRUE(learn(state, {{new_six}, gone, {}, {}, AF_INET}, now + 1s));
  EXPECT_EQ(state.addresses, (Addresses{before[0], new_six}));
  EXPECT_EQ(state.failure, gone);
  EXPECT_EQ(state.changed, now + 1s);
  EXPECT_EQ(state.failed, now + 1s);
  EXPECT_FALSE(learn(state, {{new_six}, gone, {}, {}, AF_INET}, now + 2s)) << "nothing is new";
  EXPECT_TRUE(learn(state, {{new_six}, ""}, now + 3s));
  EXPECT_EQ(state.addresses, Addresses{new_six}) << "now it is known that there are no others";
}

TEST(NameStateTest, LostFamilyMayBeUnknown) {
  NameState state;
  EXPECT_TRUE(learn(state, {one, gone, {}, {}, AF_INET6}, now));
  EXPECT_EQ(state.addresses, one);
  EXPECT_EQ(state.failure, gone);
}

TEST(NameStateTest, AnswerWithoutAddressesIsFailure) {
  NameState state;
  learn(state, {one, ""}, now);
  EXPECT_TRUE(learn(state, {}, now));
  EXPECT_EQ(state.failure, "the name has no address");
  EXPECT_EQ(state.addresses, one);
}

TEST(NameStateTest, OrderAndRepetitionAreNoChange) {
  NameState state;
  learn(state, {other, ""}, now);
  EXPECT_FALSE(learn(state, {{other[1], other[0], other[1]}, ""}, now + 1s));
  EXPECT_EQ(state.addresses, other);
  EXPECT_EQ(state.changed, now);
}

TEST(NameStateTest, PortsAreDropped) {
  NameState state;
  learn(state, {{address_of("192.0.2.1:80"), address_of("192.0.2.1:443")}, ""}, now);
  EXPECT_EQ(state.addresses, one);
}

TEST(NameStateTest, TargetsLastThroughFailures) {
  const ServiceTarget a{"a.test", 80, 0, 1}, b{"b.test", 80, 0, 1};
  NameState state;
  EXPECT_TRUE(learn(state, {{}, "", {{b, a, b}}}, now));
  EXPECT_EQ(state.targets, (std::vector{a, b}));
  EXPECT_FALSE(learn(state, {{}, "", {{a, b}}}, now)) << "in another order";
  EXPECT_TRUE(learn(state, {{}, gone}, now));
  EXPECT_EQ(state.targets, (std::vector{a, b}));
}

TEST(NameStateTest, ServiceMayHaveNoTargets) {
  NameState state;
  learn(state, {{}, "", {{{"a.test", 80, 0, 1}}}}, now);
  EXPECT_TRUE(learn(state, {{}, "", std::vector<ServiceTarget>{}}, now));
  EXPECT_EQ(state.failure, "");
  EXPECT_EQ(state.targets, std::vector<ServiceTarget>{});
}

TEST(NameStateTest, LinkLocalAddressesDifferByScope) {
  const PeerAddress::Bytes ip = *parse_ip("fe80::1");
  NameState state;
  learn(state, {{socket_address(ip, 0, 2), socket_address(ip, 0, 1)}, ""}, now);
  EXPECT_EQ(state.addresses.size(), 2u);
}

}  // namespace
}  // namespace duplexd
