#include "daemon/admin/admin_gate.hpp"

#include "tests/support/directory.hpp"
#include "tests/support/tls/certificate.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace duplexd {
namespace {

using testing::HasSubstr;

ControlRequest request_for(std::optional<std::string> host, std::string authorization = "") {
  return {"GET", "/status", "", {}, std::move(host), std::move(authorization)};
}

AdminConfig bound() {
  AdminConfig config;
  config.bind = *parse_bind("127.0.0.1:9640");
  return config;
}

unsigned status_of(const std::optional<ControlResponse>& refusal) { return refusal ? refusal->status : 200; }

class AdminGateTest : public testing::Test {
 protected:
  /// The configuration with a token file that says this.
  AdminConfig with_token(std::string_view text) {
    AdminConfig config = bound();
    config.token_file = directory_.write("token", text);
    return config;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(AdminGateTest, RebindingNameIsRefused) {
  const AdminGate gate(bound(), "", nullptr);
  EXPECT_EQ(status_of(gate.refusal(request_for("localhost:9640"))), 200u);
  EXPECT_EQ(status_of(gate.refusal(request_for("evil.com:9640"))), 421u);
  EXPECT_EQ(status_of(gate.refusal(request_for(""))), 421u);
}

TEST_F(AdminGateTest, OldHealthChecksNeedNoHost) {
  EXPECT_EQ(status_of(AdminGate(bound(), "", nullptr).refusal(request_for(std::nullopt))), 200u);
}

TEST_F(AdminGateTest, OnlyTheTokenOpens) {
  const auto gate = AdminGate::make(with_token("secret\n"));
  ASSERT_TRUE(gate);
  EXPECT_EQ(status_of(gate->refusal(request_for("localhost", "Bearer secret"))), 200u);
  for (const char* wrong :
       {"", "Bearer ", "Bearer secre", "Bearer secrets", "Bearer Secret", "secret", "Basic secret"})
    EXPECT_EQ(status_of(gate->refusal(request_for("localhost", wrong))), 401u) << wrong;
  EXPECT_EQ(gate->refusal(request_for("localhost"))->authenticate, "Bearer");
  EXPECT_EQ(status_of(gate->refusal(request_for("localhost"), false)), 200u);
  EXPECT_EQ(status_of(gate->refusal(request_for("evil.com"), false)), 421u);
}

TEST_F(AdminGateTest, WrongHostIsToldBeforeToken) {
  EXPECT_EQ(status_of(AdminGate(with_token("secret"), "secret", nullptr).refusal(request_for("evil.com"))),
            421u);
}

TEST_F(AdminGateTest, BrokenTokenFileIsNamed) {
  for (const char* broken : {"", "\n", "a\nb\n"}) {
    const auto gate = AdminGate::make(with_token(broken));
    ASSERT_FALSE(gate);
    EXPECT_EQ(gate.error().path, "admin.token_file");
    EXPECT_THAT(gate.error().what, HasSubstr("is empty, or has more than one line"));
  }
}

TEST_F(AdminGateTest, AnotherTokenIsNoticed) {
  const auto gate = AdminGate::make(with_token("secret"));
  ASSERT_TRUE(gate);
  EXPECT_FALSE(gate->files_changed());
  (void)with_token("other");
  EXPECT_TRUE(gate->files_changed());
}

TEST_F(AdminGateTest, MissingCertificateIsNamed) {
  AdminConfig config = bound();
  config.certificate_file = directory_.path("none.pem");
  const auto gate = AdminGate::make(config);
  ASSERT_FALSE(gate);
  EXPECT_EQ(gate.error().path, "admin.tls.certificate_file");
  EXPECT_THAT(gate.error().what, HasSubstr("none.pem"));
}

TEST_F(AdminGateTest, CertificateIsReported) {
  const test::Certificate own = test::certificate_for("proxy.test", std::chrono::hours(48));
  AdminConfig config = bound();
  config.certificate_file = directory_.write("a.pem", own.certificate);
  config.key_file = directory_.write("a.key", own.key);
  const auto gate = AdminGate::make(config);
  ASSERT_TRUE(gate);
  ASSERT_TRUE(gate->tls());
  const auto reports = gate->certificates();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].file, config.certificate_file);
  EXPECT_LE(reports[0].days_left(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
            2);
}

TEST_F(AdminGateTest, WrongKeyIsNamed) {
  AdminConfig config = bound();
  config.certificate_file =
      directory_.write("a.pem", test::certificate_for("a", std::chrono::hours(1)).certificate);
  config.key_file = directory_.write("b.key", test::certificate_for("b", std::chrono::hours(1)).key);
  const auto gate = AdminGate::make(config);
  ASSERT_FALSE(gate);
  EXPECT_THAT(gate.error().path, testing::StartsWith("admin.tls."));
}

TEST_F(AdminGateTest, OthersThanAllowedAreClosed) {
  AdminConfig config = bound();
  config.allow = NetworkSet({*Network::parse("10.0.0.0/8")});
  const AdminGate gate(config, "", nullptr);
  EXPECT_TRUE(gate.admits(PeerAddress(*SocketAddress::parse("10.1.2.3:4"))));
  EXPECT_FALSE(gate.admits(PeerAddress(*SocketAddress::parse("127.0.0.1:4"))));
  EXPECT_TRUE(AdminGate(bound(), "", nullptr).admits(PeerAddress(*SocketAddress::parse("192.0.2.1:4"))));
}

}  // namespace
}  // namespace duplexd
