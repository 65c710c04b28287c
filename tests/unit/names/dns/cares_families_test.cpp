#include "core/names/dns/cares_source.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/peer.hpp"
#include "tests/unit/names/dns/fake_name_server.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <utility>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using Addresses = std::vector<SocketAddress>;

const std::string four_bytes{"\x7f\0\0\5", 4}, six_bytes = std::string(15, '\0') + '\1';  // 127.0.0.5, ::1

/// A source with a name server that says of each family what a test wants, and two domains to search.
class CaresFamiliesTest : public testing::Test {
 protected:
  CaresFamiliesTest() {
    std::ofstream(resolv_conf_) << "search a.test b.test\noptions ndots:2\n";
    source_->answered = [this](auto question, NameAnswer answer) { answers_[question] = std::move(answer); };
  }

  NameAnswer ask(const std::string& host) {
    source_->ask(host, ++last_);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!answers_.contains(last_) && std::chrono::steady_clock::now() < deadline) io_.run_one_for(10ms);
    EXPECT_TRUE(answers_.contains(last_));
    return answers_[last_];
  }

  TemporaryDirectory folder_;
  const std::string resolv_conf_ = folder_.path("resolv.conf");
  boost::asio::io_context io_;
  FakeNameServer server_{io_};
  std::unique_ptr<CaresSource> source_ = std::make_unique<CaresSource>(
      io_, CaresChannel::Servers{.resolv_conf = resolv_conf_, .instead = server_.address()});
  std::map<NameSource::Number, NameAnswer> answers_;
  NameSource::Number last_ = 0;
};

TEST_F(CaresFamiliesTest, OneFamilyIsWholeAnswer) {
  server_.known = {{{"x.y.test", ns_t_a}, {ns_r_noerror, four_bytes}}, {{"x.y.test", ns_t_aaaa}, {}}};
  const auto answer = ask("x.y.test");
  EXPECT_EQ(answer.failure, "");
  EXPECT_EQ(answer.addresses, Addresses{address_of("127.0.0.5:0")});
  EXPECT_EQ(answer.ttl, 60s);
  EXPECT_EQ(server_.asked, (std::map<std::string, int>{{"x.y.test", 2}}));
}

// Which addresses there are then depends on those of this host.
TEST_F(CaresFamiliesTest, FailedFamiliesAreNoWholeAnswer) {
  server_.known = {{{"x.y.test", ns_t_a}, {ns_r_servfail}},
                   {{"x.y.test", ns_t_aaaa}, {ns_r_noerror, six_bytes}},
                   {{"z.y.test", ns_t_a}, {ns_r_noerror, four_bytes}},
                   {{"z.y.test", ns_t_aaaa}, {ns_r_servfail}}};
  const HostAddresses host;
  if (host.has_beside_loopback(AF_INET) || !host.has_beside_loopback(AF_INET6)) {
    EXPECT_EQ(ask("x.y.test").failure, "no name server gave its IPv4 addresses");
  }
  if (host.has_beside_loopback(AF_INET6) || !host.has_beside_loopback(AF_INET)) {
    EXPECT_EQ(ask("z.y.test").failure, "no name server gave its IPv6 addresses");
  }
}

TEST_F(CaresFamiliesTest, FamiliesAreOfOneDomain) {
  server_.known = {{{"db.a.test", ns_t_a}, {ns_r_noerror, four_bytes}},
                   {{"db.a.test", ns_t_aaaa}, {}},
                   {{"db.b.test", ns_t_aaaa}, {ns_r_noerror, six_bytes}}};
  EXPECT_EQ(ask("db").addresses, Addresses{address_of("127.0.0.5:0")});
  EXPECT_FALSE(server_.asked.contains("db.b.test"));
}

TEST_F(CaresFamiliesTest, NextDomainIsAskedAfterNone) {
  server_.known = {{{"db.b.test", ns_t_aaaa}, {ns_r_noerror, six_bytes}}, {{"db.b.test", ns_t_a}, {}}};
  EXPECT_EQ(ask("db").addresses, Addresses{address_of("[::1]:0")});
  EXPECT_EQ(server_.asked, (std::map<std::string, int>{{"db.a.test", 2}, {"db.b.test", 2}}));
}

TEST_F(CaresFamiliesTest, NameWithoutAddressesExists) {
  server_.known = {{{"db.a.test", ns_t_a}, {}}, {{"db.a.test", ns_t_aaaa}, {}}};
  EXPECT_EQ(ask("db").failure, "the name has no address");
  EXPECT_EQ(server_.asked, (std::map<std::string, int>{{"db.a.test", 2}, {"db.b.test", 2}, {"db", 2}}));
  EXPECT_EQ(ask("absent").failure, "no such name");
}

TEST_F(CaresFamiliesTest, ForgottenSearchEnds) {
  source_->ask("db", 77);
  source_->forget(77);
  ask("x.y.test");
  EXPECT_FALSE(answers_.contains(77));
  EXPECT_FALSE(server_.asked.contains("db.b.test"));
}

TEST_F(CaresFamiliesTest, SourceMayGoAmidTheSearch) {
  source_->ask("db", 77);
  io_.run_one_for(1s);
  source_.reset();
  io_.run_for(50ms);
  EXPECT_TRUE(answers_.empty());
}

}  // namespace
}  // namespace duplexd::test
