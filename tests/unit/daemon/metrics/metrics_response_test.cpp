#include "daemon/metrics/metrics_response.hpp"

#include "core/control/http.hpp"
#include "core/metrics/exposition/prometheus_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

namespace duplexd {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Figures with_name() {
  Figures figures;
  figures.totals.listeners.push_back({.name = "web"});
  return figures;
}

Figures not_called() { throw std::logic_error("figures were read"); }

TEST(MetricsResponseTest, PrometheusIsTheDefault) {
  for (const char* const target : {"/v1/metrics", "/v1/metrics?", "/v1/metrics?format=prometheus"}) {
    const ControlResponse response = metrics_response(target, with_name);
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.content_type, prometheus_content_type);
    EXPECT_THAT(response.body, HasSubstr("duplexd_sessions{listener=\"web\"} 0\n"));
  }
}

TEST(MetricsResponseTest, JsonIsGivenWhenAskedFor) {
  const ControlResponse response = metrics_response("/v1/metrics?format=json", with_name);
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_GT(boost::json::parse(response.body).at("metrics").as_array().size(), 40u);
}

TEST(MetricsResponseTest, OtherQueriesAreRefusedUnread) {
  for (const char* const target :
       {"/v1/metrics?format=xml", "/v1/metrics?colour=red", "/v1/metrics?format=%z", "/v1/metrics?format"}) {
    const ControlResponse response = metrics_response(target, not_called);
    EXPECT_EQ(response.status, 400u) << target;
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_NO_THROW((void)boost::json::parse(response.body).at("error").as_string()) << response.body;
  }
}

TEST(MetricsResponseTest, ContentTypeGoesToTheWire) {
  const std::string wire =
      to_wire(metrics_response("/v1/metrics", with_name), {.keep_alive = false, .head = true});
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(wire, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
}

}  // namespace
}  // namespace duplexd
