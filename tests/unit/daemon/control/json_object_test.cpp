#include "daemon/control/json_object.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace duplexd {
namespace {

namespace json = boost::json;

std::string written(std::string_view value) {
  std::string out;
  JsonOutput output(out);
  output.put_string(value);
  output.flush();
  return out;
}

TEST(JsonObjectTest, EveryByteIsReadBack) {
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    const std::string value{'a', static_cast<char>(byte), 'b'};
    EXPECT_EQ(json::parse(written(value)).as_string(), value) << byte;
  }
  EXPECT_EQ(json::parse(written("\u00e4\u2028\U0001f600")).as_string(), "\u00e4\u2028\U0001f600");
  EXPECT_EQ(written(""), R"("")");
}

TEST(JsonObjectTest, StringsAreSpeltByTheLibrary) {
  for (const char* const value : {"plain", "with \"quotes\"", "back\\slash", "tab\tnewline\n", "\x7f"})
    EXPECT_EQ(written(value), json::serialize(json::string(value)));
}

TEST(JsonObjectTest, NumbersAreReadBack) {
  std::string out;
  JsonObject::append(out, [](JsonObject& object) {
    object.add<"most">(std::numeric_limits<std::uint64_t>::max())
        .add<"least">(std::numeric_limits<std::int64_t>::min())
        .add<"time">(std::chrono::microseconds(7'000'089))
        .add<"none">(std::chrono::microseconds(0));
  });
  const auto object = json::parse(out);
  EXPECT_EQ(object.at("most").to_number<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(object.at("least").to_number<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(object.at("time").to_number<double>(), 7000.089);
  EXPECT_EQ(object.at("none").to_number<double>(), 0);
}

TEST(JsonObjectTest, LongTextsKeepTheirPlace) {
  for (const std::size_t size : {0U, 900U, 1010U, 1020U, 1024U, 5000U}) {
    std::string out = "[";
    JsonObject::append(out, [&](JsonObject& object) {
      object.add<"first">(std::string(size, 'a'))
          .add<"number">(std::numeric_limits<std::int64_t>::min())
          .add_word<"word">("last");
    });
    EXPECT_EQ(out, "[{\"first\":\"" + std::string(size, 'a') +
                       "\",\"number\":-9223372036854775808,\"word\":\"last\"}");
  }
}

TEST(JsonObjectTest, MembersStandInOrder) {
  std::string out;
  JsonObject::append(out, [](JsonObject& object) {
    object.add<"word">("text").add<"yes">(true).add_null<"nothing">().add_object<"empty">([](JsonObject&) {});
    object.add_object<"inner">([](JsonObject& inner) { inner.add<"no">(false); });
  });
  EXPECT_EQ(out, R"({"word":"text","yes":true,"nothing":null,"empty":{},"inner":{"no":false}})");
}

}  // namespace
}  // namespace duplexd
