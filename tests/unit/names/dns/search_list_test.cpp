#include "core/names/dns/search_list.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using Names = std::vector<std::string>;

TEST(SearchListTest, ShortNamesAreSearchedFirst) {
  const SearchList list{{"a.test", "b.test"}, 2};
  EXPECT_EQ(names_to_ask("db", list), (Names{"db.a.test", "db.b.test", "db"}));
  EXPECT_EQ(names_to_ask("db.c", list), (Names{"db.c.a.test", "db.c.b.test", "db.c"}));
  EXPECT_EQ(names_to_ask("db.c.d", list), (Names{"db.c.d", "db.c.d.a.test", "db.c.d.b.test"}));
}

TEST(SearchListTest, FinalDotEndsTheSearch) { EXPECT_EQ(names_to_ask("db.", {{"a.test"}, 5}), Names{"db."}); }

TEST(SearchListTest, RootAsDomainAddsNothing) {
  EXPECT_EQ(names_to_ask("db", {{"."}, 2}), (Names{"db", "db"}));
}

TEST(SearchListTest, NamesOfTorAreNotAsked) {
  EXPECT_EQ(names_to_ask("db.onion", {{"a.test"}, 1}), Names{});
  EXPECT_EQ(names_to_ask("db.onion.", {}), Names{});
  EXPECT_EQ(names_to_ask("db.onion.test", {}), Names{"db.onion.test"});
}

}  // namespace
}  // namespace duplexd
