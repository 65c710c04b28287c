#include "daemon/duplexctl/exchange.hpp"

#include "daemon/process.hpp"
#include "tests/unit/control/control_harness.hpp"
#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gmock/gmock.h>

#include <sysexits.h>

namespace duplexd::duplexctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// The Failure of exchange().
struct Failed {
  int exit_code = 0;
  std::string what;
};

Failed failure_of(const std::string& path, const char* target, milliseconds timeout) {
  try {
    const Reply reply = exchange(path, "GET", target, timeout);
    return {EX_OK, reply.body};
  } catch (const Failure& failure) {
    return {failure.exit_code, failure.what()};
  }
}

class ExchangeTest : public test::ControlHarness {
 protected:
  std::string path() const { return address().to_string().substr(std::string_view("unix:").size()); }
};

TEST_F(ExchangeTest, RequestBringsItsResponse) {
  serve();
  const Reply reply = exchange(path(), "POST", "/echo", seconds(20));
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.body, "POST /echo ");
}

TEST_F(ExchangeTest, LargeResponseComesWhole) {
  serve();
  EXPECT_EQ(exchange(path(), "GET", "/big", seconds(20)).body, big);
}

TEST_F(ExchangeTest, MissingAnswerIsTemporaryFailure) {
  serve();
  const Failed failed = failure_of(path(), "/later", milliseconds(100));
  EXPECT_EQ(failed.exit_code, EX_TEMPFAIL);
  EXPECT_THAT(failed.what, HasSubstr("no answer in time"));
}

TEST_F(ExchangeTest, ClosedConnectionMeansUnreachable) {
  serve();
  const Failed failed = failure_of(path(), "/throw", seconds(20));
  EXPECT_EQ(failed.exit_code, EX_UNAVAILABLE);
  EXPECT_THAT(failed.what, HasSubstr("hung up"));
}

TEST_F(ExchangeTest, RefusedClientGetsTheReason) {
  serve({.clients_per_uid = 0});
  EXPECT_EQ(exchange(path(), "GET", "/echo", seconds(20)).status, 503u);
}

TEST(ExchangeFailureTest, MissingSocketExplainsPossibleCauses) {
  const Failed failed = failure_of("/nowhere/control.sock", "/", seconds(1));
  EXPECT_EQ(failed.exit_code, EX_UNAVAILABLE);
  EXPECT_THAT(failed.what, HasSubstr("/nowhere/control.sock is not there: duplexd does not run"));
}

TEST_F(ExchangeTest, MissingDescriptorIsNamed) {
  serve();
  const test::DescriptorLimit none_left(0);
  const Failed failed = failure_of(path(), "/echo", seconds(1));
  EXPECT_EQ(failed.exit_code, EX_OSERR);
  EXPECT_THAT(failed.what, HasSubstr("Too many open files"));
}

TEST(ExchangeFailureTest, StaleSocketIsExplained) {
  const net_test::TemporaryDirectory folder;
  const std::string path = folder.file("x.sock");
  const FileDescriptor bound(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress address = net_test::address("unix:" + path);
  ASSERT_EQ(::bind(bound.get(), address.data(), address.size()), 0);
  const Failed failed = failure_of(path, "/", seconds(1));
  EXPECT_EQ(failed.exit_code, EX_UNAVAILABLE);
  EXPECT_THAT(failed.what, HasSubstr("connection refused"));
}

TEST(ExchangeFailureTest, PermissionDeniedExplainsTheRemedy) {
  const net_test::TemporaryDirectory folder;
  const std::string path = folder.file("x.sock");
  const auto listening = open_listeners(net_test::bind_address("unix:" + path), {}, 1);
  ASSERT_TRUE(listening);
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const net_test::Unprivileged now;
  const Failed failed = failure_of(path, "/", seconds(1));
  EXPECT_EQ(failed.exit_code, EX_UNAVAILABLE);
  EXPECT_THAT(failed.what, HasSubstr("add the user to group duplexd"));
}

/// A listening socket with a short backlog that never accepts.
class SilentTest : public testing::Test {
 protected:
  SilentTest() {
    ::bind(socket_.get(), address_.data(), address_.size());
    ::listen(socket_.get(), 0);
  }
  std::string path() const { return address_.to_string().substr(std::string_view("unix:").size()); }

  const SocketAddress address_ = net_test::address("unix:@duplexctl-test-" + std::to_string(::getpid()));
  const FileDescriptor socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

TEST_F(SilentTest, FullBacklogIsAwaitedUntilTimeout) {
  const FileDescriptor first = net_test::connect_to(address_);
  const Failed failed = failure_of(path(), "/", milliseconds(50));
  EXPECT_EQ(failed.exit_code, EX_TEMPFAIL);
  EXPECT_THAT(failed.what, HasSubstr("no connection in time"));
}

TEST_F(SilentTest, ForeignAnswerIsNotUnderstood) {
  std::thread other([this] {
    const FileDescriptor client = net_test::accept_from(socket_.get());
    (void)send(client.get(), net_test::bytes("220 mail.example ESMTP\r\n\r\n"));
  });
  const Failed failed = failure_of(path(), "/", seconds(20));
  other.join();
  EXPECT_EQ(failed.exit_code, EX_SOFTWARE);
  EXPECT_THAT(failed.what, HasSubstr("no answer of duplexd"));
}

}  // namespace
}  // namespace duplexd::duplexctl
