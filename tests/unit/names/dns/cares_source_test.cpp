#include "core/names/dns/cares_source.hpp"

#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <map>
#include <utility>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// A source with a name server that is not there: the kernel says so at once.
class CaresSourceTest : public testing::Test {
 protected:
  CaresSourceTest() {
    std::ofstream(resolv_conf_) << "nameserver 127.0.0.77\n";
    source_->answered = [this](auto question, NameAnswer answer) { answers_[question] = std::move(answer); };
  }

  void run_until_answered(NameSource::Number question) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!answers_.contains(question) && std::chrono::steady_clock::now() < deadline) io_.run_one_for(10ms);
    ASSERT_TRUE(answers_.contains(question));
    io_.restart();
  }

  test::TemporaryDirectory folder_;
  const std::string resolv_conf_ = folder_.path("resolv.conf");
  boost::asio::io_context io_;
  std::unique_ptr<CaresSource> source_ =
      std::make_unique<CaresSource>(io_, CaresChannel::Servers{.resolv_conf = resolv_conf_, .instead = ""});
  std::map<NameSource::Number, NameAnswer> answers_;
};

TEST_F(CaresSourceTest, HostsFileIsRead) {
  source_->ask("localhost", 1);
  run_until_answered(1);
  EXPECT_EQ(answers_[1].failure, "");
  ASSERT_FALSE(answers_[1].addresses.empty());
  for (const SocketAddress& address : answers_[1].addresses) EXPECT_TRUE(address.is_loopback());
}

TEST_F(CaresSourceTest, AbsentNameServerIsFailure) {
  source_->ask("duplexd-test.invalid", 7);
  run_until_answered(7);
  EXPECT_EQ(answers_[7].failure, no_answer);
  EXPECT_TRUE(answers_[7].addresses.empty());
}

TEST_F(CaresSourceTest, ManyQuestionsAreAllAnswered) {
  constexpr NameSource::Number many = 600;  // of more than one channel
  for (NameSource::Number i = 1; i <= many; ++i)
    source_->ask(i % 2 == 0 ? "localhost" : "duplexd-test.invalid", i);
  for (NameSource::Number i = 1; i <= many; ++i) {
    run_until_answered(i);
    EXPECT_EQ(answers_[i].failure.empty(), i % 2 == 0);
  }
}

TEST_F(CaresSourceTest, NamesThatCannotBeAreFailures) {
  NameSource::Number number = 0;
  for (const std::string& host :
       {std::string(), std::string(64, 'a'), std::string(300, 'a'), std::string("a..b")}) {
    source_->ask(host, ++number);
    run_until_answered(number);
    EXPECT_FALSE(answers_[number].failure.empty()) << host;
  }
}

TEST_F(CaresSourceTest, ForgottenQuestionIsNotAnswered) {
  source_->ask("duplexd-test.invalid", 1);
  source_->forget(1);
  source_->forget(2);
  source_->ask("duplexd-test.invalid", 3);
  run_until_answered(3);
  EXPECT_FALSE(answers_.contains(1));
}

TEST_F(CaresSourceTest, GoneSourceAnswersNothing) {
  source_->ask("duplexd-test.invalid", 1);
  source_.reset();
  io_.run_for(100ms);
  EXPECT_TRUE(answers_.empty());
  EXPECT_TRUE(io_.stopped()) << "nothing of it is left to wait for";
}

TEST_F(CaresSourceTest, RemovedResolvConfIsNoHindrance) {
  source_->ask("localhost", 1);
  run_until_answered(1);
  ASSERT_EQ(::unlink(resolv_conf_.c_str()), 0);
  source_->ask("localhost", 2);
  run_until_answered(2);
  EXPECT_EQ(answers_[2].failure, "");
}

}  // namespace
}  // namespace duplexd
