#include "daemon/duplexctl/table.hpp"

#include <gtest/gtest.h>

namespace duplexd::duplexctl {
namespace {

TEST(TableTest, ColumnsFitCellsNumbersAlignRight) {
  Table table({"NAME", ">LIVE", "NOTE"});
  table.add({"web", "5", "x"});
  table.add({"database", "12345", ""});
  EXPECT_EQ(table.to_string(),
            "NAME       LIVE  NOTE\n"
            "web           5  x\n"
            "database  12345\n");
}

TEST(TableTest, LinesMayDifferInCellCount) {
  Table table({"A", ">B"});
  table.add({"long"});
  table.add({"x", "10", "more"});
  EXPECT_EQ(table.to_string(),
            "A      B\n"
            "long\n"
            "x     10  more\n");
}

}  // namespace
}  // namespace duplexd::duplexctl
