// The message of each kind of mistake.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Mistakes, UnknownKeyNamesItsPlace) {
  EXPECT_EQ(problem(with("timout: 5s")),
            "5:5: unknown key 'timout' in listeners.web; did you mean 'timeouts'?");
  EXPECT_EQ(problem(with("", "", "listener: {}")), "10:1: unknown key 'listener'; did you mean 'listeners'?");
  EXPECT_EQ(problem(with("limits: {speed: 5}")),
            "5:14: unknown key 'speed' in listeners.web.limits; allowed: sessions, per_source, rate, burst, "
            "per_source_rate, per_source_burst, handshakes, dry_run, ipv6_source_prefix, when_full");
  EXPECT_EQ(problem(with("timeouts: {drain: 5s}")),
            "5:16: unknown key 'drain' in listeners.web.timeouts; write defaults.timeouts.drain at the top "
            "instead");
  EXPECT_EQ(problem(with("timeouts: {dinner: 5s}")),
            "5:16: unknown key 'dinner' in listeners.web.timeouts; allowed: connect, handshake, queue, idle, "
            "half_closed, lifetime, "
            "lifetime_jitter");
}

TEST(Mistakes, WrongValueNamesWhatIsExpected) {
  EXPECT_EQ(problem(with("", "", "workers: 0")),
            "10:10: workers: '0' is out of range; write a number from 1 to 256, or auto");
  EXPECT_EQ(
      problem(with("", "", "log: {level: inf}")),
      "10:14: log.level: 'inf' is not allowed; write error, warning, info or debug; did you mean 'info'?");
  EXPECT_EQ(problem(with("client: {nodelay: yes}")),
            "5:23: listeners.web.client.nodelay: 'yes' is not allowed; write true or false");
  EXPECT_EQ(problem(with("timeouts: {connect: off}")),
            "5:25: listeners.web.timeouts.connect: 'off' is not a duration; write a duration from 1ms to 1h, "
            "in ms, "
            "s, m, h or d");
  EXPECT_EQ(problem(with("timeouts: {idle: 10}")),
            "5:22: listeners.web.timeouts.idle: '10' has no unit; write a duration from 1ms to 365d, in ms, "
            "s, m, h "
            "or d, or off");
  EXPECT_EQ(problem(with("client: {receive_buffer: 64}")),
            "5:30: listeners.web.client.receive_buffer: '64' has no unit; write a size from 1KiB to 1GiB, in "
            "B, KiB, "
            "MiB or GiB, or auto");
  EXPECT_EQ(problem(with("unix: {mode: 0660}")),
            "5:18: listeners.web.unix.mode: '0660' needs quotes; write four octal digits in quotes, such as "
            "\"0660\"");
  EXPECT_EQ(
      problem(with("unix: {owner: no-such-user}")),
      "5:19: listeners.web.unix.owner: 'no-such-user' is not known on this host; write the name or number of "
      "a user, or auto");
}

TEST(Mistakes, ControlSocketNeedsUsablePath) {
  const std::string expected = "; write a path such as /run/duplexd/control.sock, or off, or auto";
  EXPECT_EQ(problem(with("", "", "control: {socket: x.sock}")),
            "10:19: control.socket: 'x.sock' is no absolute path" + expected);
  EXPECT_THAT(problem(with("", "", "control: {socket: /" + std::string(107, 'x') + "}")),
              HasSubstr("is too long for a Unix socket" + expected));
  EXPECT_EQ(problem(with("", "", "control: {socket: /" + std::string(106, 'x') + "}")), "");
}

TEST(Mistakes, NumbersOutOfRangeAreRefused) {
  for (const auto* text :
       {"backlog: 0", "backlog: 65536", "limits: {ipv6_source_prefix: 129}", "limits: {sessions: 0}",
        "limits: {per_source: 10000001}", "client: {keepalive: {count: 128}}",
        "client: {keepalive: {idle: 10h}}", "client: {user_timeout: 25d}", "timeouts: {idle: 366d}",
        "timeouts: {connect: 0s}"})
    EXPECT_THAT(problem(with(text)), HasSubstr("is out of range")) << text;
  for (const auto* text : {"resolve: {interval: 999ms}", "resolve: {interval: 2d}"})
    EXPECT_THAT(problem(with("", text)), HasSubstr("is out of range")) << text;
  for (const auto* text : {"resolve: {start_timeout: 999ms}", "resolve: {start_timeout: 11m}"})
    EXPECT_THAT(problem(with("", "", text)), HasSubstr("is out of range")) << text;
}

TEST(Mistakes, WrongKindOfValueIsNamed) {
  EXPECT_EQ(
      problem(with("backlog: [1]")),
      "5:14: listeners.web.backlog: a list where one value is expected; write a number from 1 to 65535");
  EXPECT_EQ(problem(with("backlog: {}")),
            "5:14: listeners.web.backlog: a map where one value is expected; write a number from 1 to 65535");
  EXPECT_EQ(problem(with("backlog:")),
            "5:5: listeners.web.backlog: the value is missing; write a number from 1 to 65535");
  EXPECT_EQ(problem(with("limits: 5")),
            "5:13: listeners.web.limits: keys are expected below it: sessions, per_source, rate, burst, "
            "per_source_rate, per_source_burst, handshakes, dry_run, ipv6_source_prefix, when_full");
  EXPECT_EQ(problem("listeners: [a]\nupstreams: {u: {endpoints: \"h:1\"}}"),
            "1:12: listeners: names are expected below it, such as 'web:', each with its keys");
}

TEST(Mistakes, EmptyAllowListIsRefused) {
  EXPECT_EQ(problem(with("access: {allow: }")),
            "5:14: listeners.web.access.allow: the value is missing; write [] for an empty list");
}

TEST(Mistakes, MapWithoutKeysIsEmpty) {
  EXPECT_EQ(problem(with("timeouts:\n    limits:\n    client:", "resolve:", "log:\ndefaults:")), "");
}

TEST(Mistakes, WrongAddressIsExplained) {
  EXPECT_EQ(problem(with("access: {deny: [10.0.0.1/8]}")),
            "5:21: listeners.web.access.deny: '10.0.0.1/8' has bits set behind the prefix: the block is "
            "'10.0.0.0/8'");
  EXPECT_THAT(problem(with("", "endpoint: {source: \"10.0.0.5:80\"}")),
              HasSubstr("upstreams.pool.endpoint.source: '10.0.0.5:80' is not an IP address without a port"));
  EXPECT_THAT(problem("upstreams: {u: {endpoints: [10.0.0.1]}}"),
              HasSubstr("1:29: upstreams.u.endpoints[0].address: "));
}

TEST(Mistakes, MissingKeyIsNamed) {
  EXPECT_THAT(problems(""), ElementsAre("1:1: no listeners; write at least one below 'listeners:'"));
  EXPECT_THAT(
      problems("listeners:\n  a: {}\nupstreams:\n  b: {endpoints: []}\n  c: {}"),
      ElementsAre(
          "2:3: listeners.a: 'bind' is missing; write an address to listen on, such as bind: 0.0.0.0:5432",
          "2:3: listeners.a: 'upstream' is missing; write upstream: NAME for one below 'upstreams:', or "
          "endpoints: [10.0.0.11:5432] for one of its own",
          "4:7: upstreams.b.endpoints: at least one endpoint is needed",
          "5:3: upstreams.c: 'endpoints' is missing; write a list of addresses to dial, such as endpoints: "
          "[10.0.0.11:5432]"));
  EXPECT_EQ(problem("listeners: {a: {bind: [], upstream: u}}\nupstreams: {u: {endpoints: [{weight: 2}]}}"),
            "1:17: listeners.a.bind: at least one address is needed\n"
            "2:29: upstreams.u.endpoints[0]: 'address' is missing; write address: HOST:PORT");
}

TEST(Mistakes, UnknownUpstreamIsRefused) {
  EXPECT_EQ(
      problem("listeners: {a: {bind: \":80\", upstream: poll}}\nupstreams: {pool: {endpoints: \"h:1\"}}"),
      "1:40: listeners.a.upstream: 'poll' is no upstream; write pool; did you mean 'pool'?");
}

TEST(Mistakes, DuplicateNamesAndKeysAreRefused) {
  EXPECT_EQ(problem(with("backlog: 1\n    backlog: 2")),
            "6:5: 'backlog' is here twice; the first is at test.yaml:5:5");
  EXPECT_EQ(problem(with("") + "log: {level: info, \"level\": info}\n"),
            "11:20: 'level' is here twice; the first is at test.yaml:11:7");
  EXPECT_EQ(problem(with("", "", "  \"a b\": {endpoints: [\"h:1\"]}")),
            "10:3: upstreams: 'a b' is no name; write 1 to 64 letters, digits, '_', '.' or '-'");
}

TEST(Mistakes, UnsupportedYamlIsRefused) {
  EXPECT_EQ(problem(with("backlog: !!int 5")), "5:14: tags (!name) are not supported");
  EXPECT_EQ(problem(with("backlog: ! 5")), "5:14: tags (!name) are not supported");
  EXPECT_EQ(problem(with("backlog: &a 5")), "5:14: anchors (&a) are not supported");
  EXPECT_THAT(problem(with("client: {<<: {}}")), HasSubstr("5:14: unknown key '<<' in listeners.web.client"));
  EXPECT_THAT(problem(with("? [a]\n    : b")), HasSubstr("5:7: a list cannot be a key"));
  EXPECT_THAT(problem(with("? {a: b}\n    : c")), HasSubstr("5:7: a map cannot be a key"));
}

TEST(Mistakes, SyntaxErrorsGiveAHint) {
  EXPECT_THAT(problem("a:\n\tb: 1\n"), HasSubstr("; the line is indented with a tab; use spaces"));
  EXPECT_THAT(problem("bind: [::1]:80\n"), HasSubstr("; put an IPv6 address in quotes: \"[::1]:80\""));
  EXPECT_THAT(problem("bind: [[::1]:80]\n"), HasSubstr("write an IPv6 address in quotes: \"[::1]:80\""));
  EXPECT_THAT(problem("bind: *:80\n"),
              HasSubstr("; put it in quotes: \"*:80\", all of IPv4; \":80\" is all of IPv4 and IPv6"));
  EXPECT_THAT(problem("bind: [unix:/x, @y]\n"),
              HasSubstr("; a value that begins with @, % or ` needs quotes"));
  EXPECT_THAT(problem("a: {b: ${C}}\n"),
              HasSubstr("; inside { } and [ ], put a reference in quotes: \"${NAME}\""));
  EXPECT_THAT(problem("a: [b\nc: d\n"), HasSubstr("not YAML (end of sequence flow not found)"));
}

TEST(Mistakes, MistakesAreReportedInFileOrder) {
  EXPECT_THAT(
      problems(
          "upstreams:\n  u: {endpoints: \"h:0\", balance: x}\nworkers: x\nlisteners:\n  a: {bind: \":80\", "
          "upstream: u, backlog: x}\nlog: x\n"),
      ElementsAre(HasSubstr("2:18: upstreams.u.endpoints"), HasSubstr("2:34: upstreams.u.balance"),
                  HasSubstr("3:10: workers"), HasSubstr("5:42: listeners.a.backlog"), HasSubstr("6:6: log")));
}

TEST(Mistakes, UnreadableFileIsReported) {
  const auto loaded = load_config("/nonexistent/duplexd.yaml", few_variables);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(to_string(loaded.problems[0]),
            "/nonexistent/duplexd.yaml: error: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace duplexd
