#include "tests/integration/health/one_check.hpp"

#include <sys/resource.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace test;
using Outcome = CheckResult::Outcome;

struct TcpCheck : CheckTest {
  TcpCheck() { config.type = CheckType::tcp; }
};

TEST_F(TcpCheck, ConnectionIsEnough) {
  const auto result = check_once(config, target());
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.words, "connected");
  EXPECT_GT(result.took, 0us);
  EXPECT_TRUE(backend.called_within(patience));
}

TEST_F(TcpCheck, RefusedConnectionFails) {
  const auto at = target();
  backend.close();
  const auto result = check_once(config, at);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.words, "refused");
}

TEST_F(TcpCheck, UnixSocketIsChecked) {
  const auto at = address_of("unix:@duplexd-check-test");
  EXPECT_EQ(check_once(config, {at, "unix:@duplexd-check-test", {}}).words, "refused");
  const Backend local(at);
  EXPECT_TRUE(check_once(config, {at, "unix:@duplexd-check-test", {}}).passed());
}

TEST_F(TcpCheck, FullBacklogIsNoAnswer) {
  const Backend full(loopback(), 0);
  const auto first = Peer::connect(full.address());
  config.timeout = 300ms;
  const auto result = check_once(config, {full.address(), "", {}});
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.words, "no answer in 300ms");
}

TEST_F(TcpCheck, ConnectsFromGivenSource) {
  auto at = target();
  at.sources = {address_of("127.0.0.7:0"), address_of("127.0.0.8:0"), address_of("[::1]:0")};
  at.turn = 1;
  EXPECT_TRUE(check_once(config, at).passed());
  EXPECT_EQ(backend.accept().remote().to_string().substr(0, 10), "127.0.0.8:");
}

TEST_F(TcpCheck, SourceThatIsGoneIsSkipped) {
  auto at = target();
  at.sources = {address_of("192.0.2.1:0"), address_of("127.0.0.7:0")};
  EXPECT_TRUE(check_once(config, at).passed());
  EXPECT_EQ(backend.accept().remote().to_string().substr(0, 10), "127.0.0.7:");
}

TEST_F(TcpCheck, LackOfSourceIsNoFailure) {
  auto at = target();
  at.sources = {address_of("192.0.2.1:0")};
  const auto result = check_once(config, at);
  EXPECT_EQ(result.outcome, Outcome::not_made);
  EXPECT_EQ(result.words, "not checked: no local port or source address is left");
}

TEST_F(TcpCheck, LackOfDescriptorsIsNoFailure) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  boost::asio::io_context io;
  const boost::asio::steady_timer timer(io);  // as that of the monitor: Asio has its descriptors
  CheckResult result;
  const auto check = std::make_shared<const PreparedCheck>(std::make_shared<const CheckConfig>(config));
  boost::asio::co_spawn(io, make_check(io.get_executor(), target(), check),
                        [&](const std::exception_ptr&, CheckResult ended) { result = std::move(ended); });
  rlimit none = limit;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  io.run();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(result.outcome, Outcome::not_made);
  EXPECT_EQ(result.words, "not checked: no descriptor is free");
}

}  // namespace
}  // namespace duplexd
