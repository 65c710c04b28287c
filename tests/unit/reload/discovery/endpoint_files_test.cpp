#include "core/reload/discovery/endpoint_files.hpp"

#include "tests/support/directory.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A configuration with one file of endpoints, and a clock that the test moves.
class EndpointFilesTest : public testing::Test {
 protected:
  EndpointFilesTest() {
    replace("- 10.0.0.1:80\n");
    UpstreamConfig& upstream = config_.upstreams.emplace_back();
    upstream.name = "pool";
    upstream.endpoints_file = path_;
    look();
  }
  void write(std::string_view text) { std::ofstream(path_) << text; }
  void replace(std::string_view text) {
    std::ofstream(path_ + ".new") << text;
    ASSERT_EQ(std::rename((path_ + ".new").c_str(), path_.c_str()), 0);
  }
  /// Looks a second later, and takes what is found. Whether something is.
  bool look(std::chrono::milliseconds later = 1s) {
    now_ += later;
    const auto found = files_.look(
        config_, now_, [this](const Discovered& discovered) { told_.push_back(discovered.failure); });
    if (found) config_ = *found;
    return found != nullptr;
  }
  std::vector<std::string> told() { return std::exchange(told_, {}); }
  const std::vector<EndpointConfig>& endpoints() const { return config_.upstreams[0].endpoints; }

  TemporaryDirectory folder_;
  const std::string path_ = folder_.path("pool.yaml");
  Config config_;
  EndpointFiles files_;
  EndpointFiles::Clock::time_point now_{1h};
  std::vector<std::string> told_;
};

TEST_F(EndpointFilesTest, FirstLookReadsTheFile) {
  ASSERT_EQ(endpoints().size(), 1u);
  EXPECT_FALSE(look());
}

TEST_F(EndpointFilesTest, ReplacedFileIsReadAtOnce) {
  replace("- 10.0.0.1:80\n- 10.0.0.2:80\n");
  EXPECT_TRUE(look(1ms));
  EXPECT_EQ(endpoints().size(), 2u);
  EXPECT_FALSE(look(1ms));
  EXPECT_EQ(told(), std::vector<std::string>{}) << "whoever applies it tells";
}

TEST_F(EndpointFilesTest, WrittenFileHasToRest) {
  look();
  write("- 10.0.0.2:80\n");
  EXPECT_FALSE(look());
  write("- 10.0.0.2:80\n- 10.0.0.3:80\n");
  EXPECT_FALSE(look());
  EXPECT_TRUE(look());
  EXPECT_EQ(endpoints().size(), 2u);
}

TEST_F(EndpointFilesTest, UntakenListIsFoundAgain) {
  const Config before = config_;
  replace("[]\n");
  EXPECT_TRUE(look());
  config_ = before;
  EXPECT_TRUE(look());
  EXPECT_FALSE(look());
}

TEST_F(EndpointFilesTest, FaultIsToldOnce) {
  replace("- nonsense\n");
  EXPECT_FALSE(look());
  const auto first = told();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_THAT(first[0], HasSubstr(path_ + ":1:3: error: endpoints[0].address:"));
  EXPECT_FALSE(look());
  EXPECT_EQ(told(), std::vector<std::string>{});
  EXPECT_EQ(endpoints().size(), 1u);
  replace("- 10.0.0.1:80\n");
  EXPECT_FALSE(look());
  EXPECT_EQ(told(), std::vector<std::string>{""});
}

TEST_F(EndpointFilesTest, VanishedFileIsAFault) {
  ASSERT_EQ(std::remove(path_.c_str()), 0);
  look();
  look();
  look();
  const auto all = told();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all[0], HasSubstr("No such file"));
  replace("- 10.0.0.9:80\n");
  EXPECT_TRUE(look());
}

TEST_F(EndpointFilesTest, OtherUpstreamsStay) {
  config_.upstreams.push_back({.name = "other"});
  config_.upstreams[1].endpoints.push_back({.name = "10.0.0.7:80"});
  replace("[]\n");
  EXPECT_TRUE(look());
  EXPECT_TRUE(endpoints().empty());
  EXPECT_EQ(config_.upstreams[1].endpoints.size(), 1u);
}

}  // namespace
}  // namespace duplexd::test
