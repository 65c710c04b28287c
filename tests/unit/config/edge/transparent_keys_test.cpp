// The keys of transparent proxying.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

UpstreamConfig read_source(std::string_view source) {
  const auto loaded = parse(with("", "endpoint: {source: " + std::string(source) + "}"));
  EXPECT_THAT(problems(loaded), IsEmpty());
  return loaded.config ? loaded.config->upstreams.at(0) : UpstreamConfig{};
}

TEST(TransparentKeys, ListenersAreNotByDefault) {
  EXPECT_FALSE(parse(with("")).config->listeners.at(0).transparent);
  EXPECT_TRUE(parse(with("transparent: true")).config->listeners.at(0).transparent);
}

TEST(TransparentKeys, ClientStandsForSourceAddresses) {
  EXPECT_TRUE(read_source("client").source_is_client);
  EXPECT_THAT(read_source("[client]").source, IsEmpty());
  EXPECT_FALSE(read_source("10.0.0.5").source_is_client);
  EXPECT_FALSE(read_source("[]").source_is_client);
  EXPECT_EQ(effective(parse(with("", "endpoint: {source: client}")), "upstreams.pool.endpoint.source"),
            "[client]  # test.yaml:9:16");
}

TEST(TransparentKeys, ClientStandsAlone) {
  EXPECT_THAT(problem(with("", "endpoint: {source: [client, 10.0.0.5]}")),
              HasSubstr("endpoint.source: the client's address stands alone"));
}

TEST(TransparentKeys, UpstreamReplacesSourceOfDefaults) {
  const auto loaded =
      parse(with("", "endpoint: {source: 10.0.0.5}", "defaults: {endpoint: {source: client}}"));
  EXPECT_FALSE(loaded.config->upstreams.at(0).source_is_client);
  const auto other =
      parse(with("", "endpoint: {source: client}", "defaults: {endpoint: {source: 10.0.0.5}}"));
  EXPECT_TRUE(other.config->upstreams.at(0).source_is_client);
  EXPECT_THAT(other.config->upstreams.at(0).source, IsEmpty());
}

}  // namespace
}  // namespace duplexd
