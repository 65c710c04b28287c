#include "daemon/control/state_file.hpp"

#include "core/config/endpoints/catalog_entry.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace duplexd::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class StateFileTest : public testing::Test {
 protected:
  void write_text(const std::string& text) const { std::ofstream(path_) << text; }
  std::string problem() const {
    const StateFile::Read read = file_.read();
    EXPECT_THAT(read.state.orders, IsEmpty());
    return read.problem;
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.path("state.json");
  const StateFile file_{path_};
};

TEST_F(StateFileTest, OrdersAreReadAsWritten) {
  Orders orders;
  const Order both{OperatorWord::disable, 1000}, word{OperatorWord::drain, {}}, weight{OperatorWord::none, 0};
  orders.set({"db", "[::1]:5432"}, both);
  orders.set({"db", "unix:/run/\"x\".sock"}, word);
  orders.set({"web", "a:80"}, weight);
  EXPECT_EQ(file_.write(orders, {}), "");
  const StateFile::Read read = file_.read();
  EXPECT_EQ(read.problem, "");
  EXPECT_THAT(read.state.orders, ElementsAre(Pair(Orders::Name("db", "[::1]:5432"), both),
                                             Pair(Orders::Name("db", "unix:/run/\"x\".sock"), word),
                                             Pair(Orders::Name("web", "a:80"), weight)));
  EXPECT_EQ(file_.write({}, {}), "");
  EXPECT_EQ(problem(), "");
}

TEST_F(StateFileTest, CatalogsAreReadAsWritten) {
  const auto entry = [](const char* text) { return *parse_catalog_entry(text); };
  const CatalogService::Lists lists{
      {"consul pg", {}},
      {"etcd /s/",
       {entry(R"({"address": "10.0.0.1:80", "weight": 0, "priority": 3, "max_sessions": 7})"),
        entry(R"({"address": "[2001:db8::1]:80", "backup": true})"), entry("db.internal:80")}}};
  EXPECT_EQ(file_.write({}, lists), "");
  EXPECT_EQ(file_.read().state.catalogs, lists);
}

TEST_F(StateFileTest, EarlierReleasesKnewNoCatalogs) {
  write_text(R"({"endpoints":[]})");
  EXPECT_EQ(problem(), "");
  EXPECT_THAT(file_.read().state.catalogs, IsEmpty());
}

TEST_F(StateFileTest, MissingFileIsNoProblem) {
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(StateFile("").read().problem, "");
}

TEST_F(StateFileTest, BrokenFileHasNoOrders) {
  for (const char* text :
       {"", "{", "null", "[]", "{}", R"({"endpoints":{}})", R"({"endpoints":[1]})",
        R"({"endpoints":[{"upstream":"a","endpoint":1}]})",
        R"({"endpoints":[{"upstream":"a","endpoint":"b","word":"kill"}]})",
        R"({"endpoints":[{"upstream":"a","endpoint":"b","weight":1001}]})",
        R"({"endpoints":[{"upstream":"a","endpoint":"b","weight":-1}]})", R"({"endpoints":[],"catalogs":[]})",
        R"({"endpoints":[],"catalogs":{"a":7}})", R"({"endpoints":[],"catalogs":{"a":["unix:/run/x"]}})"}) {
    write_text(text);
    EXPECT_EQ(problem(), path_ + " is not as duplexd writes it") << text;
  }
}

TEST_F(StateFileTest, StrangeFilesAreLeftAlone) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(problem(), path_ + " is no file of duplexd") << "and nobody waits for a writer";
  std::filesystem::remove(path_);
  write_text("{}");
  std::filesystem::resize_file(path_, 17 << 20);
  EXPECT_EQ(problem(), path_ + " is no file of duplexd");
  const std::string precious = directory_.path("precious");
  std::ofstream(precious) << "precious";
  std::filesystem::create_symlink(precious, path_ + ".new");
  EXPECT_THAT(file_.write({}, {}), HasSubstr("symbolic links"));
  EXPECT_EQ(std::filesystem::file_size(precious), 8u);
}

TEST_F(StateFileTest, FailedWriteKeepsTheFile) {
  write_text("before");
  std::filesystem::create_directory(path_ + ".new");
  EXPECT_THAT(file_.write({}, {}), HasSubstr(path_ + ": Is a directory"));
  EXPECT_EQ(std::filesystem::file_size(path_), 6u);
  EXPECT_THAT(StateFile("/nonexistent/x.json").write({}, {}), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace duplexd::test
