#include "core/names/dns/service_answer.hpp"

#include <gtest/gtest.h>

#include <ares.h>

#include <algorithm>
#include <string>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

std::string number(unsigned value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
  return text;
}

std::string name(const std::string& host) {
  std::string text;
  for (std::size_t at = 0; at < host.size();) {
    const auto dot = std::min(host.find('.', at), host.size());
    text += static_cast<char>(dot - at) + host.substr(at, dot - at);
    at = dot + 1;
  }
  return text + '\0';
}

/// A record of the name that the message asks about.
std::string record(const std::string& host, unsigned priority, unsigned weight, unsigned port, unsigned ttl) {
  const std::string data = number(priority, 2) + number(weight, 2) + number(port, 2) + name(host);
  return number(0xc00c, 2) + number(33, 2) + number(1, 2) + number(ttl, 4) +
         number(static_cast<unsigned>(data.size()), 2) + data;
}

/// A message (RFC 1035) that answers with these records.
std::string message(const std::vector<std::string>& records) {
  std::string text = number(1, 2) + number(0x8180, 2) + number(1, 2) +
                     number(static_cast<unsigned>(records.size()), 2) + number(0, 4) + name("_pg._tcp.test") +
                     number(33, 2) + number(1, 2);
  for (const auto& each : records) text += each;
  return text;
}

NameAnswer read(const std::string& text, int status = ARES_SUCCESS) {
  return service_answer(status, {reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

TEST(ServiceAnswerTest, RecordsBecomeTargets) {
  const auto answer = read(message({record("a.test", 10, 5, 5432, 60), record("b.test", 20, 0, 5433, 30)}));
  EXPECT_EQ(answer.failure, "");
  ASSERT_TRUE(answer.targets);
  std::vector<ServiceTarget> targets = *answer.targets;
  std::ranges::sort(targets);
  EXPECT_EQ(targets, (std::vector<ServiceTarget>{{"a.test", 5432, 10, 5}, {"b.test", 5433, 20, 0}}));
  EXPECT_EQ(answer.ttl, 30s) << "the least one";
}

TEST(ServiceAnswerTest, RootAsTargetMeansNone) {
  const auto answer = read(message({record("", 0, 0, 0, 60)}));
  EXPECT_EQ(answer.failure, "");
  ASSERT_TRUE(answer.targets);
  EXPECT_TRUE(answer.targets->empty());
}

TEST(ServiceAnswerTest, NoRecordIsFailure) {
  const auto answer = read(message({}));
  EXPECT_EQ(answer.failure, "the name has no SRV record");
  EXPECT_FALSE(answer.targets);
}

TEST(ServiceAnswerTest, FailuresKeepTheirWords) {
  EXPECT_EQ(read(message({}), ARES_ENOTFOUND).failure, "no such name");
  EXPECT_EQ(read(message({}), ARES_ESERVFAIL).failure, no_answer);
}

TEST(ServiceAnswerTest, CutMessagesHarmNobody) {
  const std::string whole = message({record("a.test", 10, 5, 5432, 60), record("b.test", 20, 0, 5433, 30)});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto answer = read(whole.substr(0, size));
    EXPECT_FALSE(answer.failure.empty() && !answer.targets) << size;
  }
}

}  // namespace
}  // namespace duplexd
