#include "core/catalog/catalog_entries.hpp"

#include "core/config/endpoints/catalog_entry.hpp"

#include <gmock/gmock.h>

namespace duplexd::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CatalogEntryTest, AddressAloneIsEndpoint) {
  for (const auto* const text : {"10.0.0.1:80", "[2001:db8::1]:5432", "db.internal:5432"}) {
    const auto endpoint = parse_catalog_entry(text);
    ASSERT_TRUE(endpoint) << endpoint.error().what;
    EXPECT_EQ(endpoint->name, text);
    EXPECT_EQ(endpoint->origin, EndpointOrigin::catalog);
  }
  EXPECT_EQ(parse_catalog_entry(" 10.0.0.1:80\n")->name, "10.0.0.1:80");
}

TEST(CatalogEntryTest, JsonHasKeysOfEndpoint) {
  const auto endpoint = parse_catalog_entry(
      R"({"address": "10.0.0.1:80", "weight": 5, "priority": 2, "backup": true, "max_sessions": 9})");
  ASSERT_TRUE(endpoint) << endpoint.error().what;
  EXPECT_EQ(endpoint->name, "10.0.0.1:80");
  EXPECT_EQ(endpoint->weight, 5U);
  EXPECT_EQ(endpoint->priority, 2U);
  EXPECT_TRUE(endpoint->backup);
  EXPECT_EQ(endpoint->max_sessions, 9U);
}

TEST(CatalogEntryTest, MistakesAreSaid) {
  const auto why = [](std::string_view text) {
    const auto endpoint = parse_catalog_entry(text);
    return endpoint ? "" : endpoint.error().what;
  };
  EXPECT_THAT(why(""), HasSubstr("is empty"));
  EXPECT_THAT(why(R"({"address": "10.0.0.1:80", "wieght": 5})"), HasSubstr("did you mean 'weight'"));
  EXPECT_THAT(why(R"({"weight": 5})"), HasSubstr("'address' is missing"));
  EXPECT_THAT(why(R"({"address": "10.0.0.1:80", "weight": 1001})"), HasSubstr("weight"));
  EXPECT_NE(why("{"), "");
  EXPECT_NE(why("{}"), "");
}

TEST(CatalogEntryTest, OnlyHostAndPortAreDialled) {
  for (const auto* const text :
       {"unix:/run/docker.sock", "srv:_db._tcp.internal", "10.0.0.1:*", "10.0.0.1",
        R"({"address": "unix:/run/x"})", "10.0.0.{1..3}:80", "10.0.0.1:80 10.0.0.2:80",
        R"({"address": "10.0.0.{1..3}:80"})", R"({"address": "${HOME}:80"})"})
    EXPECT_FALSE(parse_catalog_entry(text)) << text;
}

TEST(CatalogEntriesTest, KeysSayTheOrder) {
  CatalogEntries entries;
  EXPECT_TRUE(entries.set("b", parse_catalog_entry("10.0.0.1:80")));
  EXPECT_TRUE(entries.set("a", parse_catalog_entry("10.0.0.2:80")));
  EXPECT_TRUE(entries.set("c", parse_catalog_entry("10.0.0.2:80")));
  std::vector<std::string> names;
  for (const auto& endpoint : entries.endpoints()) names.push_back(endpoint.name);
  EXPECT_THAT(names, ElementsAre("10.0.0.2:80", "10.0.0.1:80"));
  entries.erase("a");
  EXPECT_EQ(entries.endpoints().size(), 2U);
  entries.erase("a");
}

TEST(CatalogEntriesTest, BrokenOnesAreCounted) {
  CatalogEntries entries;
  EXPECT_EQ(entries.left_out(), "");
  (void)entries.set("/s/x", parse_catalog_entry("nonsense"));
  EXPECT_THAT(entries.left_out(), HasSubstr("'/s/x': "));
  (void)entries.set("/s/y", parse_catalog_entry("nonsense"));
  EXPECT_THAT(entries.left_out(), HasSubstr("(and 1 more)"));
  EXPECT_TRUE(entries.endpoints().empty());
}

}  // namespace
}  // namespace duplexd::test
