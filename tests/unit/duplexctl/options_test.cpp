#include "daemon/duplexctl/options.hpp"

#include <gmock/gmock.h>

#include <ostream>

namespace duplexd::duplexctl {
namespace {

using testing::HasSubstr;

Parsed<Options> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "duplexctl");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(DuplexctlOptionsTest, InstalledSocketIsTheDefault) {
  const auto options = parse({"status"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->action, Options::Action::ask);
  EXPECT_EQ(options->target, "/v1/status");
  EXPECT_EQ(options->socket, "/run/duplexd/control.sock");
  EXPECT_EQ(options->timeout, std::chrono::seconds(60));
  EXPECT_FALSE(options->json);
}

TEST(DuplexctlOptionsTest, OptionsMayFollowTheCommand) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"-j", "-s", "/x.sock", "--timeout", "1m30s", "reload"},
                                             {"reload", "--json", "--socket=/x.sock", "--timeout=1m30s"}}) {
    const auto options = parse(arguments);
    ASSERT_TRUE(options) << options.error().what;
    EXPECT_EQ(options->target, "/v1/reload");
    EXPECT_EQ(options->socket, "/x.sock");
    EXPECT_EQ(options->timeout, std::chrono::seconds(90));
    EXPECT_TRUE(options->json);
  }
}

TEST(DuplexctlOptionsTest, ReadOnlyCommandsUseGet) {
  for (const char* word : {"status", "plan"}) EXPECT_EQ(find_command(word)->method, "GET") << word;
  for (const char* word : {"reload", "pause", "resume", "stop"}) {
    EXPECT_EQ(find_command(word)->method, "POST") << word;
  }
}

TEST(DuplexctlOptionsTest, PlanMayBeOfAnUpgrade) {
  EXPECT_EQ(parse({"plan", "--upgrade"})->target, "/v1/plan/upgrade");
  EXPECT_EQ(parse({"--upgrade", "plan"})->target, "/v1/plan/upgrade");
  EXPECT_EQ(parse({"plan", "--upgrade"})->command->method, "GET");
  EXPECT_THAT(parse({"status", "--upgrade"}).error().what, HasSubstr("belongs to plan"));
}

TEST(DuplexctlOptionsTest, MetricsAreTextOrJson) {
  EXPECT_EQ(parse({"metrics"})->target, "/v1/metrics");
  EXPECT_EQ(parse({"metrics", "--json"})->target, "/v1/metrics?format=json");
  EXPECT_EQ(parse({"status", "--json"})->target, "/v1/status");
}

TEST(DuplexctlOptionsTest, DrainIsStillPause) { EXPECT_EQ(find_command("drain"), find_command("pause")); }

TEST(DuplexctlOptionsTest, EndpointCommandsNameTheirEndpoint) {
  EXPECT_EQ(parse({"endpoint", "list"})->target, "/v1/endpoints");
  EXPECT_EQ(parse({"endpoint", "list", "db"})->target, "/v1/endpoints?upstream=db");
  EXPECT_EQ(parse({"endpoint", "drain", "db", "[::1]:5432"})->target,
            "/v1/endpoints/drain?upstream=db&endpoint=%5B::1%5D:5432");
  EXPECT_EQ(parse({"endpoint", "weight", "db", "a&b=%", "3"})->target,
            "/v1/endpoints/weight?upstream=db&endpoint=a%26b%3D%25&weight=3");
  EXPECT_EQ(parse({"endpoint", "drain", "db", "x:1"})->command->method, "POST");
}

TEST(DuplexctlOptionsTest, RecentIsNarrowed) {
  EXPECT_EQ(parse({"recent"})->target, "/v1/recent");
  EXPECT_EQ(parse({"recent", "-n", "5"})->target, "/v1/recent?limit=5");
  EXPECT_EQ(parse({"recent", "--listener", "a&b", "--count", "5"})->target,
            "/v1/recent?listener=a%26b&limit=5");
}

TEST(DuplexctlOptionsTest, ImportAsksNoProcess) {
  const auto options = parse({"import", "--from", "nginx", "-o", "a.yaml", "--force", "x.conf"});
  ASSERT_TRUE(options) << options.error().what;
  EXPECT_EQ(options->action, Options::Action::import);
  EXPECT_EQ(options->import_request.file, "x.conf");
  EXPECT_EQ(options->import_request.from, importing::Syntax::nginx);
  EXPECT_EQ(options->import_request.output, "a.yaml");
  EXPECT_TRUE(options->import_request.force);
  EXPECT_FALSE(parse({"import", "x.conf"})->import_request.from);
}

TEST(DuplexctlOptionsTest, HelpAndVersionNeedNoCommand) {
  EXPECT_EQ(parse({"--help"})->action, Options::Action::help);
  EXPECT_EQ(parse({"-h"})->action, Options::Action::help);
  EXPECT_EQ(parse({"--version"})->action, Options::Action::version);
  EXPECT_EQ(parse({"-V"})->action, Options::Action::version);
}

struct Mistake {
  std::vector<const char*> arguments;
  const char* said;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.said; }

class DuplexctlMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(DuplexctlMistakeTest, WrongArgumentsAreExplained) {
  const auto options = parse(GetParam().arguments);
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().what, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Common, DuplexctlMistakeTest,
    testing::Values(Mistake{{}, "a command is missing: status, top, metrics, recent"},
                    Mistake{{"restart"}, "'restart' is no command: status, top, metrics, recent"},
                    Mistake{{"status", "plan"}, "not also 'plan'"},
                    Mistake{{"status", "-n", "5"},
                            "--count belongs to sessions, who-is-slow, recent and top"},
                    Mistake{{"endpoint"}, "endpoint what: list, drain, disable, enable, weight or check"},
                    Mistake{{"endpoint", "stop"}, "'endpoint stop' is no command: list, drain"},
                    Mistake{{"endpoint", "drain"}, "endpoint drain needs the upstream"},
                    Mistake{{"endpoint", "drain", "db"}, "endpoint drain needs the endpoint"},
                    Mistake{{"endpoint", "drain", "db", "x:1", "y:1"}, "not also 'y:1'"},
                    Mistake{{"endpoint", "list", "db", "x:1"}, "not also 'x:1'"},
                    Mistake{{"import"}, "import what"}, Mistake{{"import", "a", "b"}, "not also 'b'"},
                    Mistake{{"import", "a", "--from", "envoy"}, "--from is haproxy, nginx or rinetd"},
                    Mistake{{"status", "--force"}, "belong to import"},
                    Mistake{{"--jason", "status"}, "--jason"}, Mistake{{"--js", "status"}, "--js"},
                    Mistake{{"status", "--socket"}, "--socket"},
                    Mistake{{"-s", "x.sock", "status"}, "'x.sock' is neither an absolute path"},
                    Mistake{{"--timeout", "3", "status"}, "'3' has no unit: write a duration"},
                    Mistake{{"--timeout", "0s", "status"}, "'0s' is out of range"}));

TEST(DuplexctlOptionsTest, ExplainNeedsListenerAndSource) {
  const auto options =
      parse({"explain", "--listener", "web", "--source", "192.0.2.1:5", "--sni", "", "--proxied"});
  ASSERT_TRUE(options) << options.error().what;
  EXPECT_EQ(options->target, "/v1/explain?listener=web&source=192.0.2.1:5&sni=&proxied=true");
  EXPECT_THAT(parse({"explain", "--listener", "web"}).error().what, HasSubstr("--source"));
  EXPECT_THAT(parse({"explain", "--source", "192.0.2.1"}).error().what, HasSubstr("--listener"));
  EXPECT_THAT(parse({"status", "--sni", "x"}).error().what, HasSubstr("belongs to explain"));
}

}  // namespace
}  // namespace duplexd::duplexctl
