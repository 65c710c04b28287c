// The keys of the listener that tells programs what the process does.
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::string with_admin(std::string_view keys) { return with("", "", "admin: {" + std::string(keys) + "}"); }

AdminConfig read_admin(std::string_view keys) {
  const auto loaded = parse(with_admin(keys));
  EXPECT_THAT(problems(loaded), IsEmpty());
  return loaded.config ? loaded.config->admin : AdminConfig{};
}

TEST(AdminKeys, OffByDefault) {
  EXPECT_EQ(parse(with("")).config->admin, AdminConfig());
  EXPECT_EQ(effective(parse(with("")), "admin.bind"), "[]  # default");
}

TEST(AdminKeys, LoopbackNeedsNothingElse) {
  EXPECT_EQ(read_admin("bind: 127.0.0.1:9640").bind, *parse_bind("127.0.0.1:9640"));
  EXPECT_THAT(read_admin("bind: ['127.0.0.2:9640', '[::1]:9640', '[::ffff:127.0.0.1]:9641']").bind,
              SizeIs(3));
}

TEST(AdminKeys, NamesAreHeldInLowerCase) {
  EXPECT_THAT(read_admin("hosts: [Proxy.Example.COM, b]").hosts, ElementsAre("proxy.example.com", "b"));
}

TEST(AdminKeys, NamesHaveNoPort) {
  for (const char* wrong : {"'a:80'", "'http://a'", "'*.example.com'", "'[::1]'", "'a b'"})
    EXPECT_THAT(problem(with_admin("hosts: [" + std::string(wrong) + "]")),
                HasSubstr("is no name of a host"));
}

TEST(AdminKeys, OnlyOneAddressOfTcpEach) {
  EXPECT_THAT(problem(with_admin("bind: unix:/run/a.sock")), HasSubstr("is no address of TCP"));
  EXPECT_THAT(problem(with_admin("bind: systemd:admin")), HasSubstr("is no address of TCP"));
  EXPECT_THAT(problem(with_admin("bind: '127.0.0.1:1-3'")), HasSubstr("is a range of ports"));
  EXPECT_THAT(problem(with_admin("bind: localhost:9640")), HasSubstr("127.0.0.1:9640"));
}

TEST(AdminKeys, FarAddressNeedsTokenAndTls) {
  for (const char* far : {"0.0.0.0:9640", "'[::]:9640'", "':9640'", "10.0.0.1:9640"}) {
    const auto all = problems(with_admin("bind: ['127.0.0.1:1', " + std::string(far) + "]"));
    EXPECT_THAT(all, ElementsAre(AllOf(HasSubstr("has no token; write token_file:"), StartsWith("10:")),
                                 AllOf(HasSubstr("has no TLS; write tls:"), StartsWith("10:"))));
  }
}

TEST(AdminKeys, EitherAloneIsTooLittle) {
  EXPECT_THAT(problem(with_admin("bind: 10.0.0.1:1, token_file: /t")),
              AllOf(HasSubstr("has no TLS"), HasSubstr("or bind it to 127.0.0.1")));
  EXPECT_THAT(problem(with_admin("bind: 10.0.0.1:1, tls: {certificate_file: /c}")),
              HasSubstr("has no token"));
  EXPECT_EQ(
      read_admin("bind: 10.0.0.1:1, token_file: /t, tls: {certificate_file: /c, key_file: /k}").key_file,
      "/k");
}

}  // namespace
}  // namespace duplexd
