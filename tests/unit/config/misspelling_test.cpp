// One mistake is one problem: a key or a name that is misspelt is not missing as well.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view upstream = "upstreams: {u: {endpoints: \"h:1\"}}\n";

std::string listener(std::string_view keys) {
  return "listeners:\n  a: {" + std::string(keys) + "}\n" + std::string(upstream);
}

TEST(Misspelling, MisspeltKeyIsNotMissing) {
  EXPECT_EQ(problem(listener("bnid: \":80\", upstream: u")),
            "2:7: unknown key 'bnid' in listeners.a; did you mean 'bind'?");
  EXPECT_EQ(problem(listener("bind: \":80\", upstraem: u")),
            "2:20: unknown key 'upstraem' in listeners.a; did you mean 'upstream'?");
  EXPECT_EQ(problem(with("", "", "  v: {endpoint: {}, endpoins: \"h:1\"}")),
            "10:21: unknown key 'endpoins' in upstreams.v; did you mean 'endpoints'?");
  EXPECT_EQ(problem(with("", "", "  v: {endpoints: [{adress: \"h:1\", weight: 2}]}")),
            "10:20: unknown key 'adress' in upstreams.v.endpoints[0]; did you mean 'address'?");
}

TEST(Misspelling, MissingKeyIsMeantFirst) {
  EXPECT_EQ(problem(with("", "", "  v: {endpoins: \"h:1\"}")),
            "10:7: unknown key 'endpoins' in upstreams.v; did you mean 'endpoints'?");
  EXPECT_THAT(problem(with("", "endpoins: {}")), HasSubstr("did you mean 'endpoint'?"));
  EXPECT_EQ(problem(with("", "", "  v: {endpoint: [\"h:1\"]}")),
            "10:17: upstreams.v.endpoint: keys are expected below it; did you mean 'endpoints'?");
}

TEST(Misspelling, OtherKeyIsStillMissing) {
  EXPECT_THAT(
      problems(listener("bnid: \":80\"")),
      ElementsAre(HasSubstr("2:3: listeners.a: 'upstream' is missing"), HasSubstr("did you mean 'bind'?")));
  EXPECT_THAT(problems(listener("prot: 80, upstream: u")),
              ElementsAre(HasSubstr("2:3: listeners.a: 'bind' is missing"), HasSubstr("unknown key 'prot'")));
}

TEST(Misspelling, PartOfMissingKeyIsMeant) {
  EXPECT_EQ(problem(listener("bind_address: \":80\", upstream: u")),
            "2:7: unknown key 'bind_address' in listeners.a; did you mean 'bind'?");
  EXPECT_EQ(problem(listener("BIND: \":80\", upstream-name: u")),
            "2:7: unknown key 'BIND' in listeners.a; did you mean 'bind'?\n"
            "2:20: unknown key 'upstream-name' in listeners.a; did you mean 'upstream'?");
}

TEST(Misspelling, MisspeltNamesAreNotMissing) {
  EXPECT_EQ(problem("listener: {a: {bind: \":80\", upstream: u}}\n" + std::string(upstream)),
            "1:1: unknown key 'listener'; did you mean 'listeners'?");
  EXPECT_EQ(problem("listeners: {a: {bind: \":80\", upstream: u}}\nupstream: {u: {endpoints: \"h:1\"}}"),
            "2:1: unknown key 'upstream'; did you mean 'upstreams'?");
  EXPECT_EQ(problem("listeners: {a: {bind: \":80\", upstream: u}}"),
            "1:40: listeners.a.upstream: 'u' is no upstream; write one below 'upstreams:'");
  EXPECT_EQ(problem("listeners: {a: {bind: \":80\", upstream: u}}\nupstreams: [u]"),
            "2:12: upstreams: names are expected below it, such as 'web:', each with its keys");
}

TEST(Misspelling, RefusedNameIsKnown) {
  EXPECT_EQ(
      problem(
          "listeners: {a: {bind: \":80\", upstream: \"b c\"}}\nupstreams: {\"b c\": {endpoints: \"h:1\"}}"),
      "2:13: upstreams: 'b c' is no name; write 1 to 64 letters, digits, '_', '.' or '-'");
  EXPECT_EQ(problem("listeners: {\"a b\": {bind: \":80\", upstream: u}}\n" + std::string(upstream)),
            "1:13: listeners: 'a b' is no name; write 1 to 64 letters, digits, '_', '.' or '-'");
}

TEST(Misspelling, EveryWordIsSuggested) {
  EXPECT_EQ(problem(with("", "", "control: {socket: of}")),
            "10:19: control.socket: 'of' is no absolute path; write a path such as "
            "/run/duplexd/control.sock, or off, "
            "or auto; did you mean 'off'?");
}

}  // namespace
}  // namespace duplexd
