// The keys of a health check.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using How = TextMatch::How;

std::string text(std::string_view check) {
  return "listeners: {web: {bind: 127.0.0.1:80, upstream: web}}\n"
         "upstreams:\n"
         "  web:\n"
         "    endpoints: [10.0.0.1:80]\n"
         "    check: " +
         std::string(check) + "\n";
}

CheckConfig check(std::string_view value) {
  const auto loaded = parse(text(value));
  EXPECT_THAT(problems(loaded), testing::IsEmpty());
  return loaded.config ? loaded.config->upstreams.at(0).check : CheckConfig{};
}

CheckConfig of(CheckType type) {
  CheckConfig config;
  config.type = type;
  return config;
}

std::string mistake(std::string_view value) { return testing::PrintToString(problems(text(value))); }

std::string dumped(std::string_view value, std::string_view key) {
  for (const auto& each : parse(text(value)).effective)
    if (each.path == "upstreams.web.check" + std::string(key)) return each.value;
  return "none";
}

TEST(CheckKeys, AbsentCheckIsOff) {
  EXPECT_EQ(check("off"), CheckConfig());
  EXPECT_EQ(dumped("off", ""), "off");
  EXPECT_EQ(
      parse("listeners: {a: {bind: 127.0.0.1:80, upstream: a}}\nupstreams: {a: {endpoints: [1.2.3.4:5]}}\n")
          .config->upstreams.at(0)
          .check,
      CheckConfig());
}

TEST(CheckKeys, TypeAloneIsEnough) {
  EXPECT_EQ(check("tcp"), of(CheckType::tcp));
  EXPECT_EQ(check("redis"), of(CheckType::redis));
  EXPECT_EQ(check("{type: ldap}"), of(CheckType::ldap));
  EXPECT_EQ(dumped("tcp", ".type"), "tcp");
}

TEST(CheckKeys, MapWithoutTypeIsTcp) {
  const auto read =
      check("{port: 8008, interval: 5s, interval_down: 1s, jitter: 20%, timeout: 1s, rise: 3, fall: 1}");
  auto expected = of(CheckType::tcp);
  expected.port = 8008;
  expected.interval = 5s;
  expected.interval_down = 1s;
  expected.jitter = 20;
  expected.timeout = 1s;
  expected.rise = 3;
  expected.fall = 1;
  EXPECT_EQ(read, expected);
  EXPECT_EQ(dumped("{port: 8008}", ".type"), "tcp");
}

TEST(CheckKeys, HttpIsRead) {
  const auto read = check(
      "{type: https, method: HEAD, path: \"/a?b=c\", host: x.example, headers: [\"A: b:c\"], "
      "status: [200, 500-503], body: contains a\\x00b, tls: {server_name: y, verify: false, ca_file: "
      "/ca.pem}}");
  EXPECT_EQ(read.http.method, "HEAD");
  EXPECT_EQ(read.http.path, "/a?b=c");
  EXPECT_EQ(read.http.host, "x.example");
  EXPECT_EQ(read.http.headers, (std::vector<HttpHeader>{{"A", "b:c"}}));
  EXPECT_EQ(read.http.statuses, (std::vector<StatusRange>{{200, 200}, {500, 503}}));
  EXPECT_EQ(read.http.body, (TextMatch{How::contains, std::string("a\0b", 3)}));
  EXPECT_EQ(read.tls, (TlsConfig{"y", TlsVerify::off, "/ca.pem", "", ""}));
}

TEST(CheckKeys, StepsAreRead) {
  const auto read = check(
      "{type: exchange, steps: [send text PING\\r\\n, expect prefix +PONG, send hex 00ff, "
      "'expect regex ^a|b$$', expect contains \\\\]}");
  EXPECT_EQ(read.steps, (std::vector<ExchangeStep>{{true, {How::anything, "PING\r\n"}},
                                                   {false, {How::prefix, "+PONG"}},
                                                   {true, {How::anything, std::string("\0\xff", 2)}},
                                                   {false, {How::regex, "^a|b$"}},
                                                   {false, {How::contains, "\\"}}}));
  EXPECT_EQ(dumped("{type: exchange, steps: send hex 500d}", ".steps"), R"(["send text P\\x0d"])");
}

TEST(CheckKeys, KeysOfOtherTypesAreRefused) {
  EXPECT_EQ(
      mistake("{type: tcp, path: /}"),
      R"({ "5:24: upstreams.web.check.path: only a check of type http or https has it; remove it, or write another type" })");
  EXPECT_THAT(mistake("{type: http, role: master}"), HasSubstr("only a check of type redis has it"));
  EXPECT_THAT(mistake("{type: http, tls: {verify: false}}"),
              HasSubstr("only a check of type tls or https has it"));
  EXPECT_THAT(mistake("{type: redis, steps: send text a}"),
              HasSubstr("only a check of type exchange has it"));
}

TEST(CheckKeys, MistakesSayWhatToWrite) {
  EXPECT_THAT(mistake("tpc"), HasSubstr("did you mean 'tcp'?"));
  EXPECT_THAT(mistake("{type: exchange}"),
              HasSubstr("check.steps: there is none; write such as [send text PING"));
  EXPECT_THAT(mistake("{type: exchange, steps: [say hello]}"),
              HasSubstr("'say hello' is no step; write 'send text"));
  EXPECT_THAT(mistake("{type: exchange, steps: [send hex 0]}"), HasSubstr("pairs of hexadecimal digits"));
  EXPECT_THAT(mistake("{type: exchange, steps: [send text \\q]}"), HasSubstr("has a backslash"));
  EXPECT_THAT(mistake("{type: exchange, steps: [\"send text PING\\r\\n\"]}"),
              HasSubstr("holds a control character; write 'send text"));
  EXPECT_THAT(mistake("{type: exchange, steps: [expect regex (]}"),
              HasSubstr("is no regular expression: missing )"));
  EXPECT_THAT(mistake("{type: http, status: 99}"), HasSubstr("'99' is no status; write"));
  EXPECT_THAT(mistake("{type: http, headers: [\"Host: a\"]}"),
              HasSubstr("has a key of its own, which is host"));
  EXPECT_THAT(mistake("{type: http, path: a b}"), HasSubstr("has a space; write a path"));
}

TEST(CheckKeys, SecretsAreNotShown) {
  const auto value = "{type: redis, password: hunter2}";
  EXPECT_EQ(check(value).password, "hunter2");
  EXPECT_EQ(dumped(value, ".password"), R"("***")");
  EXPECT_EQ(dumped("redis", ".password"), R"("")");
  const auto headers = "{type: http, headers: [\"authorization: Basic aHVudGVyMg==\"]}";
  EXPECT_EQ(check(headers).http.headers.at(0).value, "Basic aHVudGVyMg==");
  EXPECT_EQ(dumped(headers, ".headers"), R"(["authorization: ***"])");
}

TEST(CheckKeys, PasswordComesFromEnvironment) {
  EXPECT_EQ(check("{type: redis, password: \"${NAME}\"}").password, "web");
}

}  // namespace
}  // namespace duplexd
