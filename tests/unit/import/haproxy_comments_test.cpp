#include "tests/unit/import/haproxy_world.hpp"

namespace duplexd::importing {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(HaproxyCommentsTest, SampledLogIsRemarked) {
  const auto log = [](const std::string& options) {
    return haproxy_yaml("global\n log 10.0.0.1 " + options +
                        " local0\nlisten a\n bind :80\n server s 10.0.0.1:80\n");
  };
  EXPECT_THAT(log("sample 1:10"), HasSubstr("all records are written; see log.sample"));
  EXPECT_THAT(log("len 900 profile p"), HasSubstr("duplexd has no profiles of its log"));
}

TEST(HaproxyCommentsTest, ActionsHaveReasonsOfTheirOwn) {
  const auto reason = [](const std::string& action) {
    return yaml_of_frontend(" bind :80\n tcp-request connection " + action + "\n");
  };
  EXPECT_THAT(reason("silent-drop if { src 10.0.0.1 }"),
              AllOf(HasSubstr("duplexd resets them"), HasSubstr("deny: [10.0.0.1]")));
  EXPECT_THAT(reason("expect-proxy layer4 if { src 10.0.0.1 }"),
              HasSubstr("proxy_protocol.from with these networks"));
  EXPECT_THAT(reason("set-src src"), HasSubstr("duplexd has no such action"));
  EXPECT_THAT(reason("track-sc0 src"), HasSubstr("duplexd keeps no tables"));
}

}  // namespace
}  // namespace duplexd::importing
