#include "tests/support/directory.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace duplexd {
namespace {

using testing::HasSubstr;

class EndpointsFileTest : public testing::Test {
 protected:
  void write(std::string_view text) { std::ofstream(path_, std::ios::binary) << text; }
  LoadedConfig load(std::string_view endpoints = "") {
    return parse("listeners: {web: {bind: 127.0.0.1:80, upstream: pool}}\nupstreams: {pool: {" +
                 std::string(endpoints) + "endpoints_file: " + path_ + "}}\n");
  }
  /// The names of what it reads, or the problem.
  std::string read(std::string_view text) {
    write(text);
    const auto loaded = load();
    if (!loaded.config) return to_string(loaded.problems.at(0));
    std::string names;
    for (const auto& endpoint : loaded.config->upstreams[0].endpoints) names += endpoint.name + " ";
    return names;
  }

  test::TemporaryDirectory folder_;
  const std::string path_ = folder_.path("pool.yaml");
};

TEST_F(EndpointsFileTest, YamlAndJsonListsAreRead) {
  EXPECT_EQ(read("- 10.0.0.1:80\n- {address: db.internal:80, weight: 3}\n"), "10.0.0.1:80 db.internal:80 ");
  EXPECT_EQ(read(R"([{"address": "[::1]:80", "weight": 2}, "10.0.0.2:80"])"), "[::1]:80 10.0.0.2:80 ");
  EXPECT_EQ(load().config->upstreams[0].endpoints[0].weight, 2u);
}

TEST_F(EndpointsFileTest, NoEndpointsAreAllowedThere) { EXPECT_EQ(read("[]\n"), ""); }

TEST_F(EndpointsFileTest, WrittenEndpointsComeFirst) {
  write("- 10.0.0.2:80\n");
  const auto loaded = load("endpoints: '10.0.0.1:80', ");
  ASSERT_TRUE(loaded.config);
  const auto& endpoints = loaded.config->upstreams[0].endpoints;
  ASSERT_EQ(endpoints.size(), 2u);
  EXPECT_EQ(endpoints[0].origin, EndpointOrigin::written);
  EXPECT_EQ(endpoints[1].origin, EndpointOrigin::file);
  EXPECT_EQ(endpoints[1].name, "10.0.0.2:80");
  EXPECT_EQ(effective(loaded, "upstreams.pool.endpoints[1].address"), "(none)")
      << "a dump reads the same file";
}

TEST_F(EndpointsFileTest, MistakesHaveTheirPlaces) {
  EXPECT_THAT(read("- 10.0.0.1:80\n- {address: 10.0.0.2:80, wieght: 3}\n"),
              HasSubstr(path_ + ":2:26: error: unknown key 'wieght'"));
  EXPECT_THAT(read("- 10.0.0.1:80\n- 10.0.0.1:80\n"),
              HasSubstr(path_ + ":2:3: error: endpoints: '10.0.0.1:80'"));
  EXPECT_THAT(read("- 10.0.0.1:80\n- [10.0.\n"), HasSubstr("this is not YAML"));
  EXPECT_THAT(read("endpoints: []\n"), HasSubstr(path_ + ":1:1: error: a list of endpoints is expected"));
  EXPECT_THAT(read("- ${NAME}:80\n"), HasSubstr("NAME is not set")) << "the file knows no variables";
}

TEST_F(EndpointsFileTest, EmptyFileIsHalfWritten) { EXPECT_THAT(read(""), HasSubstr("the file is empty")); }

TEST_F(EndpointsFileTest, DuplicatesOfWrittenOnesAreRefused) {
  write("- 10.0.0.1:80\n");
  const auto loaded = load("endpoints: '10.0.0.1:80', ");
  ASSERT_FALSE(loaded.config);
  EXPECT_THAT(to_string(loaded.problems.at(0)),
              HasSubstr(path_ + ":1:3: error: endpoints: '10.0.0.1:80' is here twice"));
}

TEST_F(EndpointsFileTest, UnreadableFileIsRefused) {
  EXPECT_THAT(problems(load()).at(0), HasSubstr("2:20: upstreams.pool.endpoints_file: '"));
  EXPECT_THAT(problems(load()).at(0), HasSubstr("cannot be read: No such file or directory"));
  write("[]");
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  EXPECT_THAT(problems(load()).at(0), HasSubstr("may be written by everyone"));
}

TEST_F(EndpointsFileTest, SizeIsBounded) {
  EXPECT_THAT(read(std::string(1024 * 1024 + 1, ' ')), HasSubstr("has more than 1048576 bytes"));
}

TEST_F(EndpointsFileTest, RereadingExchangesItsEndpointsOnly) {
  write("- 10.0.0.2:80\n");
  UpstreamConfig upstream = load("endpoints: '10.0.0.1:80', ").config->upstreams[0];
  write("- 10.0.0.3:80\n- 10.0.0.4:80\n");
  EXPECT_TRUE(load_endpoints_file(upstream).empty());
  ASSERT_EQ(upstream.endpoints.size(), 3u);
  EXPECT_EQ(upstream.endpoints[0].name, "10.0.0.1:80");
  EXPECT_EQ(upstream.endpoints[2].name, "10.0.0.4:80");
  const UpstreamConfig before = upstream;
  write("- nonsense\n");
  EXPECT_EQ(load_endpoints_file(upstream).size(), 1u);
  EXPECT_EQ(upstream, before);
}

TEST(EndpointsKey, OneOfBothKeysIsNeeded) {
  const auto upstream = [](std::string_view keys) {
    return problem("listeners: {web: {bind: 127.0.0.1:80, upstream: pool}}\nupstreams: {pool: {" +
                   std::string(keys) + "}}\n");
  };
  EXPECT_THAT(upstream("balance: round_robin"), HasSubstr("'endpoints' is missing"));
  EXPECT_THAT(upstream("endpoints_file: off"), HasSubstr("at least one endpoint is needed"));
  EXPECT_THAT(upstream("endpoints_file: pool.yaml"), HasSubstr("'pool.yaml' is no absolute path"));
}

}  // namespace
}  // namespace duplexd
