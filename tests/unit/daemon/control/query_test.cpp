#include "daemon/control/query.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string mistake(std::string_view target) {
  const auto query = parse_query(target, {"a", "b"});
  return query ? "" : query.error().what;
}

TEST(QueryTest, ParametersAreDecoded) {
  EXPECT_THAT(*parse_query("/x?a=1&b=%5B::1%5d%26", {"a", "b"}),
              ElementsAre(Pair("a", "1"), Pair("b", "[::1]&")));
  EXPECT_THAT(*parse_query("/x?a=", {"a"}), ElementsAre(Pair("a", "")));
  EXPECT_THAT(*parse_query("/x?a", {"a"}), ElementsAre(Pair("a", "")));
  EXPECT_THAT(*parse_query("/x?a=b=c+d", {"a"}), ElementsAre(Pair("a", "b=c+d")));
  EXPECT_THAT(*parse_query("/x?", {"a"}), IsEmpty());
  EXPECT_THAT(*parse_query("/x", {"a"}), IsEmpty());
}

TEST(QueryTest, MistakesAreExplained) {
  EXPECT_EQ(mistake("/x?c=1"), "there is no parameter 'c': a, b");
  EXPECT_EQ(mistake("/x?a=1&&b=2"), "there is no parameter '': a, b");
  EXPECT_EQ(mistake("/x?a=1&a=1"), "a is given twice");
  for (const char* broken : {"%", "%4", "%4g", "% 1", "%+1", "%-1", "1%"})
    EXPECT_EQ(mistake(std::string("/x?a=") + broken), "the value of a is not percent-encoded") << broken;
}

TEST(QueryTest, EmptyNameIsNotAll) {
  EXPECT_EQ(*name_parameter(*parse_query("/x?a=1", {"a"}), "a"), "1");
  EXPECT_EQ(*name_parameter(*parse_query("/x", {"a"}), "a"), "");
  for (const char* target : {"/x?a=", "/x?a"}) {
    const auto name = name_parameter(*parse_query(target, {"a"}), "a");
    ASSERT_FALSE(name) << target;
    EXPECT_EQ(name.error().what, "a is empty; leave it out for all");
  }
}

TEST(QueryTest, EveryByteSurvivesEncoding) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const std::string encoded = percent_encoded(bytes);
  EXPECT_EQ(parse_query("/x?a=" + encoded, {"a"})->at("a"), bytes);
  EXPECT_EQ(encoded.find_first_of(" &=#?\r\n"), std::string::npos);
  EXPECT_EQ(percent_encoded("db-1.internal:5432"), "db-1.internal:5432");
}

}  // namespace
}  // namespace duplexd
