#include "daemon/systemd/service_manager.hpp"

#include "tests/unit/daemon/log/datagram_receiver.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <regex>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class ServiceManagerTest : public testing::Test {
 protected:
  /// Until no more message fits; returns how many did.
  int fill_its_queue() {
    int sent = 0;
    while (sent < 100'000 && manager_.watchdog()) ++sent;
    return sent;
  }

  /// What comes while the control thread runs, but for the messages that filled the queue.
  std::vector<std::string> read_its_queue() {
    std::vector<std::string> texts;
    for (bool more = true; more;) {
      control_.restart();
      more = control_.run_for(1ms) > 0 || !control_.stopped();
      for (std::string text; !(text = receiver_.receive(0ms)).empty();) {
        if (text != "WATCHDOG=1") texts.push_back(text.substr(0, text.find('\n')));
      }
    }
    return texts;
  }

  std::function<void()> count_failures() {
    return [this] { ++failures_; };
  }

  DatagramReceiver receiver_;
  boost::asio::io_context control_;
  ServiceManager manager_{control_, receiver_.name()};
  int failures_ = 0;
};

TEST_F(ServiceManagerTest, StateIsSent) {
  EXPECT_TRUE(manager_.is_there());
  manager_.ready("serving");
  EXPECT_EQ(receiver_.receive(), "READY=1\nSTATUS=serving");
  EXPECT_TRUE(manager_.status("5 sessions"));
  EXPECT_EQ(receiver_.receive(), "STATUS=5 sessions");
  EXPECT_TRUE(manager_.watchdog());
  EXPECT_EQ(receiver_.receive(), "WATCHDOG=1");
  manager_.stopping();
  EXPECT_EQ(receiver_.receive(), "STOPPING=1");
}

TEST_F(ServiceManagerTest, NewMainProcessBeatsAtOnce) {
  manager_.ready_as_main("serving");
  EXPECT_EQ(receiver_.receive(), fmt::format("MAINPID={}\nREADY=1\nWATCHDOG=1\nSTATUS=serving", ::getpid()));
}

TEST_F(ServiceManagerTest, ReloadIsSentWithItsTime) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000 + time.tv_nsec / 1000;
  };
  const auto before = now();
  manager_.reloading();
  const auto text = receiver_.receive();
  std::smatch match;
  ASSERT_TRUE(std::regex_match(text, match, std::regex("RELOADING=1\nMONOTONIC_USEC=([0-9]+)"))) << text;
  EXPECT_GE(std::stoll(match[1]), before);
  EXPECT_LE(std::stoll(match[1]), now());
}

TEST_F(ServiceManagerTest, SecondStatusLineIsNotSent) {
  EXPECT_TRUE(manager_.status("refused\nMAINPID=1"));
  EXPECT_EQ(receiver_.receive(), "STATUS=refused MAINPID=1");
}

TEST_F(ServiceManagerTest, DescriptorsAreSentToStore) {
  const FileDescriptor one(::socket(AF_UNIX, SOCK_STREAM, 0)), two(::socket(AF_UNIX, SOCK_STREAM, 0));
  manager_.store("listen-x", std::array{one.get(), two.get()}, count_failures());
  const auto [text, descriptors] = receiver_.receive_all();
  EXPECT_EQ(text, "FDSTORE=1\nFDNAME=listen-x\nFDPOLL=0");
  const auto inode = [](const FileDescriptor& fd) {
    struct stat status {};
    EXPECT_EQ(::fstat(fd.get(), &status), 0);
    return status.st_ino;
  };
  ASSERT_EQ(descriptors.size(), 2u);
  EXPECT_EQ(inode(descriptors[0]), inode(one));
  EXPECT_EQ(inode(descriptors[1]), inode(two));
}

TEST_F(ServiceManagerTest, ManyDescriptorsAreSentInParts) {
  const std::vector<int> many(255, STDERR_FILENO);
  manager_.store("x", many, count_failures());
  EXPECT_EQ(receiver_.receive_all().descriptors.size(), 253u);
  const auto rest = receiver_.receive_all();
  EXPECT_EQ(rest.descriptors.size(), 2u);
  EXPECT_EQ(rest.text, "FDSTORE=1\nFDNAME=x\nFDPOLL=0");
}

TEST_F(ServiceManagerTest, ClosedDescriptorIsNotSent) {
  manager_.store("x", std::array{STDERR_FILENO, 900'000}, count_failures());
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(receiver_.receive(0ms), "");
}

TEST_F(ServiceManagerTest, StoredDescriptorIsRemovedByName) {
  manager_.remove("listen-x");
  EXPECT_EQ(receiver_.receive(), "FDSTOREREMOVE=1\nFDNAME=listen-x");
}

TEST_F(ServiceManagerTest, RestartedServiceManagerIsFoundAgain) {
  receiver_.close();
  EXPECT_FALSE(manager_.watchdog());
  receiver_.bind_again();
  EXPECT_TRUE(manager_.watchdog());
  EXPECT_EQ(receiver_.receive(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, MessageNeedsNoFreeDescriptor) {
  {
    const test::DescriptorLimit none_left(0);
    EXPECT_TRUE(manager_.watchdog());
  }
  EXPECT_EQ(receiver_.receive(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, UnreadMessagesDoNotBlock) {
  EXPECT_GT(fill_its_queue(), 0);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) manager_.store("x", std::array{STDERR_FILENO}, count_failures());
  manager_.ready("serving");
  manager_.stopping();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s) << "to wait once takes five";
  EXPECT_FALSE(manager_.status("not sent"));
  EXPECT_EQ(manager_.stores_waiting(), 20u);
  EXPECT_FALSE(manager_.stuck()) << "it has had no time";
  EXPECT_EQ(failures_, 0);
}

TEST_F(ServiceManagerTest, WaitingMessagesComeInOrder) {
  fill_its_queue();
  manager_.store("x", std::array{STDERR_FILENO}, count_failures());
  manager_.ready("serving");
  manager_.remove("x");
  manager_.stopping();
  EXPECT_THAT(read_its_queue(), ElementsAre("FDSTORE=1", "READY=1", "FDSTOREREMOVE=1", "STOPPING=1"));
  EXPECT_EQ(manager_.stores_waiting(), 0u);
  EXPECT_EQ(failures_, 0);
}

TEST_F(ServiceManagerTest, ReadyFollowsLastReload) {
  fill_its_queue();
  for (int i = 0; i < 10'000; ++i) {
    manager_.reloading();
    manager_.ready("serving");
  }
  EXPECT_THAT(read_its_queue(), ElementsAre(testing::StartsWith("RELOADING=1"), "READY=1"));
}

TEST_F(ServiceManagerTest, WaitingDescriptorsAreCopies) {
  fill_its_queue();
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct stat before {};
  ASSERT_EQ(::fstat(socket.get(), &before), 0);
  manager_.store("x", std::array{socket.get()}, count_failures());
  socket.reset();
  while (receiver_.receive(0ms) == "WATCHDOG=1") {
  }
  control_.run_for(1s);
  const auto descriptors = receiver_.receive_all().descriptors;
  ASSERT_EQ(descriptors.size(), 1u);
  struct stat after {};
  EXPECT_EQ(::fstat(descriptors[0].get(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(ServiceManagerTest, WaitingMessagesAreBounded) {
  fill_its_queue();
  for (std::size_t i = 0; i < MessageQueue::most_waiting; ++i) manager_.remove("x");
  manager_.store("x", std::array{STDERR_FILENO}, count_failures());
  EXPECT_EQ(failures_, 1);
  manager_.ready("serving");
  EXPECT_EQ(read_its_queue().back(), "READY=1") << "there is always room for it";
}

TEST_F(ServiceManagerTest, MessageAwaitsFreeDescriptor) {
  receiver_.close();
  EXPECT_FALSE(manager_.watchdog());
  receiver_.bind_again();
  {
    const test::DescriptorLimit none_left(0);
    manager_.ready("serving");
  }
  EXPECT_THAT(read_its_queue(), ElementsAre("READY=1"));
}

TEST_F(ServiceManagerTest, GoneServiceManagerFailsWhatWaits) {
  fill_its_queue();
  manager_.store("x", std::array{STDERR_FILENO}, count_failures());
  receiver_.close();
  control_.run_for(1s);
  EXPECT_EQ(failures_, 1);
  EXPECT_EQ(manager_.stores_waiting(), 0u);
}

TEST(NoServiceManagerTest, AbsentServiceManagerIsSentNothing) {
  boost::asio::io_context control;
  for (const auto& socket : {std::optional<std::string>("@duplexd-test-nobody"),
                             std::optional<std::string>(""), std::optional(std::string(200, 'x'))}) {
    ServiceManager nobody(control, socket);
    EXPECT_TRUE(nobody.is_there());
    EXPECT_FALSE(nobody.watchdog());
    bool failed = false;
    nobody.store("x", std::array{STDERR_FILENO}, [&] { failed = true; });
    EXPECT_TRUE(failed);
  }
  ServiceManager none(control, std::nullopt);
  EXPECT_FALSE(none.is_there());
  EXPECT_FALSE(none.watchdog());
}

std::string name_of(const std::string& address) { return store_name(*SocketAddress::parse(address)); }

TEST(StoreNameTest, StoreNameSpellsTheAddress) {
  EXPECT_EQ(name_of("127.0.0.1:80"), "listen-127.0.0.1%3A80");
  EXPECT_EQ(name_of("[::1]:80"), "listen-%5B%3A%3A1%5D%3A80");
  EXPECT_EQ(name_of("unix:/run/a-b_c.sock"), "listen-unix%3A/run/a-b_c.sock");
  EXPECT_EQ(name_of("unix:@x"), "listen-unix%3A@x");
  EXPECT_EQ(name_of("unix:/a b%:\n\xff"), "listen-unix%3A/a%20b%25%3A%0A%FF");
}

TEST(StoreNameTest, InterfacesMakeOtherNames) {
  EXPECT_EQ(store_name(*SocketAddress::parse("0.0.0.0:80"), "eth0"), "listen-0.0.0.0%3A80%20eth0");
}

TEST(StoreNameTest, StoreNamesAreShortAndUnique) {
  const auto longest = [](char last) { return name_of("unix:/" + std::string(105, ' ') + last); };
  const std::regex allowed("[A-Za-z0-9.@_/%-]{1,255}");
  EXPECT_TRUE(std::regex_match(longest('a'), allowed)) << longest('a');
  EXPECT_NE(longest('a'), longest('b'));
  EXPECT_LE(name_of("unix:@" + std::string(107, '\xff')).size(), 255u);
}

}  // namespace
}  // namespace duplexd
