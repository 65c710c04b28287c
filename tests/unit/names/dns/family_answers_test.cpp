#include "core/names/dns/family_answers.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using test::address_of;
using Addresses = std::vector<SocketAddress>;

const SocketAddress a_four = address_of("192.0.2.1:0");
const SocketAddress a_six = address_of("[2001:db8::1]:0");
const HostAddresses both({a_four, a_six}), only_four({a_four}), only_six({a_six}), neither(Addresses{});

FamilyAnswer found(const SocketAddress& address, std::chrono::seconds ttl = 60s) {
  return {ARES_SUCCESS, {address}, ttl};
}
FamilyAnswer none(int status) { return {.status = status}; }

TEST(FamilyAnswersTest, BothAnswersMakeOne) {
  const auto answer = answer_of({found(a_four, 60s), found(a_six, 5s)}, both);
  EXPECT_EQ(answer.addresses, (Addresses{a_four, a_six}));
  EXPECT_EQ(answer.failure, "");
  EXPECT_EQ(answer.ttl, 5s);
  EXPECT_EQ(answer_of({found(a_four), found(a_six)}, only_four).addresses, Addresses{a_four});
}

TEST(FamilyAnswersTest, AbsentFamilyIsWholeAnswer) {
  for (const int absent : {ARES_ENODATA, ARES_ENOTFOUND}) {
    const auto answer = answer_of({none(absent), found(a_six)}, both);
    EXPECT_EQ(answer.addresses, Addresses{a_six});
    EXPECT_EQ(answer.failure, "");
    EXPECT_EQ(answer.ttl, 60s);
    EXPECT_FALSE(answer.lost_family);
  }
}

TEST(FamilyAnswersTest, FailedFamilyIsLost) {
  const auto without_four = answer_of({none(ARES_ESERVFAIL), found(a_six)}, both);
  EXPECT_EQ(without_four.addresses, Addresses{a_six});
  EXPECT_EQ(without_four.failure, "no name server gave its IPv4 addresses");
  EXPECT_EQ(without_four.lost_family, AF_INET);
  EXPECT_EQ(without_four.ttl, 60s);
  const auto without_six = answer_of({found(a_four), none(ARES_EBADRESP)}, neither);
  EXPECT_EQ(without_six.addresses, Addresses{a_four});
  EXPECT_FALSE(without_six.failure.empty());
  EXPECT_EQ(without_six.lost_family, AF_INET6);
}

TEST(FamilyAnswersTest, UselessFamilyMayFail) {
  const auto answer = answer_of({found(a_four), none(ARES_ETIMEOUT)}, only_four);
  EXPECT_EQ(answer.addresses, Addresses{a_four});
  EXPECT_EQ(answer.failure, "");
}

TEST(FamilyAnswersTest, UselessFamilyAloneIsFailure) {
  const auto answer = answer_of({found(a_four), none(ARES_ETIMEOUT)}, only_six);
  EXPECT_EQ(answer.addresses, Addresses{});
  EXPECT_EQ(answer.failure, "no name server gave its IPv6 addresses");
  EXPECT_FALSE(answer.lost_family);
}

TEST(FamilyAnswersTest, NoAddressesAreFailure) {
  const auto failure = [](int ipv4, int ipv6) { return answer_of({none(ipv4), none(ipv6)}, both).failure; };
  EXPECT_EQ(failure(ARES_ENOTFOUND, ARES_ENOTFOUND), "no such name");
  EXPECT_EQ(failure(ARES_ENODATA, ARES_ENODATA), "the name has no address");
  EXPECT_EQ(failure(ARES_ENOTFOUND, ARES_ENODATA), "the name has no address");
  EXPECT_EQ(failure(ARES_ENODATA, ARES_ETIMEOUT), no_answer);
  EXPECT_EQ(failure(ARES_ESERVFAIL, ARES_ENODATA), no_answer);
}

TEST(FamilyAnswersTest, SearchGoesOnAfterNothing) {
  const auto say_nothing = [](int ipv4, int ipv6) {
    return FamilyAnswers{none(ipv4), none(ipv6)}.say_nothing();
  };
  EXPECT_TRUE(say_nothing(ARES_ENOTFOUND, ARES_ENOTFOUND));
  EXPECT_TRUE(say_nothing(ARES_ENODATA, ARES_ENODATA));
  EXPECT_TRUE(say_nothing(ARES_ENOTFOUND, ARES_ESERVFAIL)) << "there is no such name, whatever the type";
  EXPECT_FALSE(say_nothing(ARES_ENODATA, ARES_ESERVFAIL));
  EXPECT_FALSE(say_nothing(ARES_ETIMEOUT, ARES_ETIMEOUT));
  EXPECT_FALSE((FamilyAnswers{found(a_four), none(ARES_ENOTFOUND)}.say_nothing()));
}

TEST(FamilyAnswersTest, BrokenMessageIsNotKnown) {
  const std::array<unsigned char, 5> broken{};
  for (const int family : {AF_INET, AF_INET6}) {
    for (std::size_t size = 0; size <= broken.size(); ++size) {
      const auto answer = family_answer(ARES_SUCCESS, {broken.data(), size}, family);
      EXPECT_FALSE(answer.is_known());
    }
    EXPECT_EQ(family_answer(ARES_ETIMEOUT, {}, family).status, ARES_ETIMEOUT);
  }
}

}  // namespace
}  // namespace duplexd
