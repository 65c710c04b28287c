// The keys of transparent proxying.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string to_destinations(std::string_view in_listener = "", std::string_view bind = "127.0.0.1:80") {
  return "listeners:\n  web:\n    bind: \"" + std::string(bind) +
         "\"\n    endpoints: [original_destination]\n    " + std::string(in_listener) + "\n";
}

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

TEST(TransparentKeys, OriginalDestinationIsAnEndpoint) {
  const auto loaded = parse(to_destinations());
  ASSERT_THAT(problems(loaded), IsEmpty());
  const EndpointConfig& endpoint = loaded.config->upstreams.at(0).endpoints.at(0);
  EXPECT_TRUE(is_original_destination(endpoint.address));
  EXPECT_EQ(endpoint.name, "original_destination");
}

TEST(TransparentKeys, OriginalDestinationCannotBeChecked) {
  EXPECT_EQ(problem(to_destinations("check: tcp")),
            "4:17: listeners.web.endpoints: 'original_destination' is another address for each client, so it "
            "cannot be checked; write check: off");
}

TEST(TransparentKeys, OriginalDestinationNeedsNameToVerify) {
  EXPECT_THAT(problem("listeners: {web: {bind: \":80\", upstream: all}}\nupstreams:\n  all:\n"
                      "    endpoints: [original_destination]\n    tls: {verify: full}\n"),
              HasSubstr("'original_destination' has no name that its certificate could be of"));
}

TEST(TransparentKeys, UnixClientsHaveNoOriginalDestination) {
  EXPECT_THAT(problem(to_destinations("", "unix:/run/x.sock")),
              HasSubstr("its endpoint 'original_destination' is dialled at the address of the listener, but "
                        "'unix:/run/x.sock' has none"));
  EXPECT_THAT(adhoc_config("unix:/run/x.sock", {"original_destination"}).error().what,
              HasSubstr("unix:/run/x.sock has no address to dial it at"));
  EXPECT_TRUE(adhoc_config(":80", {"original_destination"}));
}

}  // namespace
}  // namespace duplexd
