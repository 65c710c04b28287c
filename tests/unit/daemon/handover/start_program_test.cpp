#include "daemon/handover/start_program.hpp"

#include "core/handover/channel.hpp"
#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace duplexd::test {
namespace {

/// Sets a variable of the environment while it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

ProgramStart shell(std::string script) {
  return {.path = "/bin/sh", .arguments = {"sh", "-c", std::move(script)}};
}

/// What a script writes into the channel, up to its end.
std::string written_by(const std::string& script) {
  auto [own, other] = HandoverChannel::make();
  (void)start_successor(shell(script), other);
  other.reset();
  std::string all;
  std::array<char, 4096> part{};
  for (ssize_t n = 0; (n = ::read(own.get(), part.data(), part.size())) > 0;)
    all.append(part.data(), static_cast<std::size_t>(n));
  return all;
}

TEST(StartProgramTest, ChannelLeadsToPredecessor) {
  EXPECT_EQ(written_by("eval \"printf hello >&$DUPLEXD_PREDECESSOR\""), "hello");
}

TEST(StartProgramTest, EnvironmentIsInherited) {
  const Variable kept("DUPLEXD_TEST_KEPT", "a value");
  EXPECT_EQ(written_by("printf \"$DUPLEXD_TEST_KEPT\" >&3"), "a value");
}

TEST(StartProgramTest, SocketsOfServiceManagerAreNot) {
  const Variable pid("LISTEN_PID", "1");
  const Variable count("LISTEN_FDS", "2");
  const Variable names("LISTEN_FDNAMES", "a:b");
  const Variable watchdog("WATCHDOG_PID", "1");
  const Variable predecessor("DUPLEXD_PREDECESSOR", "77");
  EXPECT_EQ(written_by("printf \"$LISTEN_PID$LISTEN_FDS$LISTEN_FDNAMES$WATCHDOG_PID\" >&3; printf "
                       "\"($DUPLEXD_PREDECESSOR)\" >&3"),
            "(3)");
}

TEST(StartProgramTest, ArgumentsArePassed) {
  auto program = shell("printf \"$0 $1\" >&3");
  program.arguments.insert(program.arguments.end(), {"name", "a b"});
  auto [own, other] = HandoverChannel::make();
  (void)start_successor(program, other);
  std::array<char, 64> part{};
  EXPECT_EQ(std::string(part.data(), static_cast<std::size_t>(::read(own.get(), part.data(), part.size()))),
            "name a b");
}

TEST(StartProgramTest, MissingProgramIsAnError) {
  const auto [own, other] = HandoverChannel::make();
  try {
    (void)start_successor({.path = "/nonexistent/duplexd", .arguments = {"duplexd"}}, other);
    FAIL() << "it was started";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_NE(std::string_view(error.what()).find("/nonexistent/duplexd"), std::string_view::npos);
  }
}

TEST(StartProgramTest, OwnStartNamesThisProgram) {
  const std::array<const char*, 2> arguments{"a", "b"};
  const ProgramStart start = own_start(2, arguments.data());
  EXPECT_EQ(::access(start.path.c_str(), X_OK), 0);
  EXPECT_EQ(start.path.front(), '/');
  EXPECT_EQ(start.arguments, (std::vector<std::string>{"a", "b"}));
}

TEST(StartProgramTest, SuccessorIsNoChild) {
  EXPECT_NE(written_by("printf \"$PPID\" >&3"), std::to_string(::getpid()));
  const auto [own, other] = HandoverChannel::make();
  Successor successor = start_successor(shell("exec sleep 1000"), other);
  EXPECT_EQ(::waitpid(successor.pid(), nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  successor.kill();
}

TEST(StartProgramTest, KilledSuccessorIsGone) {
  auto [own, other] = HandoverChannel::make();
  Successor successor = start_successor(shell("exec sleep 1000"), other);
  other.reset();
  char byte = 0;
  EXPECT_EQ(::recv(own.get(), &byte, 1, MSG_DONTWAIT), -1);
  successor.kill();
  EXPECT_EQ(::recv(own.get(), &byte, 1, MSG_DONTWAIT), 0);
  Successor().kill();  // nobody
}

}  // namespace
}  // namespace duplexd::test
