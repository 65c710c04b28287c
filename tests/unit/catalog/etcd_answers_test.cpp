#include "core/catalog/answers/etcd_answers.hpp"

#include "core/catalog/answers/base64.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace duplexd::test {
namespace {

std::string pair(std::string_view key, std::string_view value) {
  return fmt::format(R"({{"key":"{}","value":"{}"}})", to_base64(key), to_base64(value));
}

TEST(Base64Test, EachLengthComesBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += static_cast<char>(i);
  }
  EXPECT_EQ(to_base64("/a"), "L2E=");
}

TEST(Base64Test, AnythingElseIsRefused) {
  for (const auto* const text : {"L2", "L2E", "L2E= ", " L2E=", "L!E=", "L2E=\n"})
    EXPECT_FALSE(from_base64(text)) << text;
}

TEST(EtcdRequestTest, PrefixIsRangeOfKeys) {
  EXPECT_EQ(etcd_range_request("/a", 5), R"({"key":"L2E=","range_end":"L2I=","limit":"5"})");
  EXPECT_EQ(etcd_watch_request("/a", 8),
            R"({"create_request":{"key":"L2E=","range_end":"L2I=","start_revision":"8"}})");
}

TEST(EtcdRequestTest, LastByteHasNoSuccessor) {
  EXPECT_EQ(etcd_range_request("a\xff\xff", 1), fmt::format(R"({{"key":"{}","range_end":"{}","limit":"1"}})",
                                                            to_base64("a\xff\xff"), to_base64("b")));
  EXPECT_EQ(etcd_range_request("\xff", 1),
            fmt::format(R"({{"key":"{}","range_end":"AA==","limit":"1"}})", to_base64("\xff")));
}

TEST(EtcdRangeTest, KeysHaveValuesAtRevision) {
  const auto range =
      parse_etcd_range(fmt::format(R"({{"header":{{"revision":"12"}},"kvs":[{},{}],"count":"2"}})",
                                   pair("/a/1", "10.0.0.1:80"), pair("/a/2", "")));
  ASSERT_TRUE(range) << range.error().what;
  EXPECT_EQ(range->revision, 12U);
  ASSERT_EQ(range->values.size(), 2U);
  EXPECT_EQ(range->values[0].key, "/a/1");
  EXPECT_EQ(range->values[0].value, "10.0.0.1:80");
  EXPECT_EQ(range->values[1].value, "");
}

TEST(EtcdRangeTest, NoKeyIsAnAnswer) {
  const auto range = parse_etcd_range(R"({"header":{"revision":"1"}})");
  ASSERT_TRUE(range);
  EXPECT_TRUE(range->values.empty());
}

TEST(EtcdRangeTest, WithoutRevisionItIsRefused) {
  for (const auto* const text : {"", "{", "[]", "{}", "7", R"({"header":{"revision":"0"}})",
                                 R"({"header":{"revision":-1}})", R"({"header":"revision"})"})
    EXPECT_FALSE(parse_etcd_range(text)) << text;
}

TEST(EtcdRangeTest, BrokenKeysAreRefused) {
  for (const auto* const kvs : {"{}", R"({"key":"!"})", R"({"key":"L2E=","value":"?"})", "5"})
    EXPECT_FALSE(parse_etcd_range(fmt::format(R"({{"header":{{"revision":"1"}},"kvs":[{}]}})", kvs))) << kvs;
}

TEST(EtcdRangeTest, DepthIsLimited) { EXPECT_FALSE(parse_etcd_range(std::string(100'000, '['))); }

TEST(EtcdNewsTest, EventsComeInOrder) {
  const auto news = parse_etcd_news(fmt::format(
      R"({{"result":{{"header":{{}},"events":[{{"kv":{}}},{{"type":"DELETE","kv":{{"key":"{}"}}}}]}}}})",
      pair("/a/1", "x"), to_base64("/a/1")));
  ASSERT_TRUE(news) << news.error().what;
  ASSERT_EQ(news->values.size(), 2U);
  EXPECT_EQ(news->values[0].value, "x");
  EXPECT_EQ(news->values[1].value, std::nullopt);
  EXPECT_FALSE(news->ended);
}

TEST(EtcdNewsTest, CreationIsNoNews) {
  const auto news = parse_etcd_news(R"({"result":{"header":{"revision":"1"},"created":true}})");
  ASSERT_TRUE(news);
  EXPECT_FALSE(news->ended);
  EXPECT_TRUE(news->values.empty());
}

TEST(EtcdNewsTest, CompactionIsTold) {
  const auto news = parse_etcd_news(R"({"result":{"canceled":true,"compact_revision":"9"}})");
  ASSERT_TRUE(news);
  EXPECT_TRUE(news->ended);
  EXPECT_EQ(news->compact_revision, 9U);
}

TEST(EtcdNewsTest, EndHasReason) {
  const auto canceled = parse_etcd_news(R"({"result":{"canceled":true,"cancel_reason":"no\nright"}})");
  ASSERT_TRUE(canceled);
  EXPECT_TRUE(canceled->ended);
  EXPECT_EQ(canceled->reason, R"(no\x0aright)");
  const auto error = parse_etcd_news(R"({"error":{"grpc_code":14,"message":"gone"}})");
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->ended);
  EXPECT_EQ(error->reason, "gone");
}

TEST(EtcdNewsTest, BrokenEventsAreRefused) {
  for (const auto* const event : {"{}", "[]", R"({"kv":{"key":""}})", R"({"kv":7})"})
    EXPECT_FALSE(parse_etcd_news(fmt::format(R"({{"result":{{"events":[{}]}}}})", event))) << event;
}

TEST(EtcdTokenTest, TokenIsOneWord) {
  EXPECT_EQ(*parse_etcd_token(R"({"token":"abc.12"})"), "abc.12");
  for (const auto* const text : {"{}", R"({"token":""})", R"({"token":"a b"})", R"({"token":"a\r\nX: y"})"})
    EXPECT_FALSE(parse_etcd_token(text)) << text;
}

TEST(EtcdErrorTest, EitherFormHasMessage) {
  EXPECT_EQ(etcd_error(R"({"error":"denied","code":7})"), "denied");
  EXPECT_EQ(etcd_error(R"({"error":{"message":"gone"}})"), "gone");
  EXPECT_EQ(etcd_error("<html>"), "");
  EXPECT_EQ(etcd_error(fmt::format(R"({{"error":"{}"}})", std::string(5'000, 'x'))).size(), 200U);
}

}  // namespace
}  // namespace duplexd::test
