#include "daemon/systemd/service_manager.hpp"

#include "tests/unit/daemon/log/datagram_receiver.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <time.h>

#include <regex>
#include <thread>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class ServiceManagerTest : public testing::Test {
 protected:
  /// Until no more message fits; returns how many did.
  int fill_its_queue() {
    int sent = 0;
    while (sent < 100'000 && manager_.watchdog()) ++sent;
    return sent;
  }

  DatagramReceiver receiver_;
  ServiceManager manager_{receiver_.name(), 50ms};
};

TEST_F(ServiceManagerTest, StateIsSent) {
  EXPECT_TRUE(manager_.is_there());
  EXPECT_TRUE(manager_.ready("serving"));
  EXPECT_EQ(receiver_.receive(), "READY=1\nSTATUS=serving");
  EXPECT_TRUE(manager_.status("5 sessions"));
  EXPECT_EQ(receiver_.receive(), "STATUS=5 sessions");
  EXPECT_TRUE(manager_.watchdog());
  EXPECT_EQ(receiver_.receive(), "WATCHDOG=1");
  EXPECT_TRUE(manager_.stopping());
  EXPECT_EQ(receiver_.receive(), "STOPPING=1");
}

TEST_F(ServiceManagerTest, ReloadIsSentWithItsTime) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000 + time.tv_nsec / 1000;
  };
  const auto before = now();
  EXPECT_TRUE(manager_.reloading());
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
  EXPECT_TRUE(manager_.store("listen-x", std::array{one.get(), two.get()}));
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
  EXPECT_TRUE(manager_.store("x", many));
  EXPECT_EQ(receiver_.receive_all().descriptors.size(), 253u);
  const auto rest = receiver_.receive_all();
  EXPECT_EQ(rest.descriptors.size(), 2u);
  EXPECT_EQ(rest.text, "FDSTORE=1\nFDNAME=x\nFDPOLL=0");
}

TEST_F(ServiceManagerTest, ClosedDescriptorIsNotSent) {
  EXPECT_FALSE(manager_.store("x", std::array{STDERR_FILENO, 900'000}));
  EXPECT_EQ(receiver_.receive(0ms), "");
}

TEST_F(ServiceManagerTest, StoredDescriptorIsRemovedByName) {
  EXPECT_TRUE(manager_.remove("listen-x"));
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
  EXPECT_FALSE(manager_.stopping());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
  EXPECT_FALSE(manager_.status("not sent"));
}

TEST_F(ServiceManagerTest, BusyServiceManagerIsWaitedFor) {
  ServiceManager patient(receiver_.name(), 10s);
  const int before = fill_its_queue();
  std::thread reader([&] {
    for (int i = 0; i < before; ++i) EXPECT_EQ(receiver_.receive(), "WATCHDOG=1");
  });
  EXPECT_TRUE(patient.stopping());
  reader.join();
  EXPECT_EQ(receiver_.receive(), "STOPPING=1");
}

TEST(NoServiceManagerTest, AbsentServiceManagerIsSentNothing) {
  for (const auto& socket : {std::optional<std::string>(), std::optional<std::string>("@duplexd-test-nobody"),
                             std::optional<std::string>(""), std::optional(std::string(200, 'x'))}) {
    ServiceManager nobody(socket);
    EXPECT_EQ(nobody.is_there(), socket.has_value());
    EXPECT_FALSE(nobody.ready("serving"));
    EXPECT_FALSE(nobody.store("x", std::array{STDERR_FILENO}));
  }
}

std::string name_of(const std::string& address) { return store_name(*SocketAddress::parse(address)); }

TEST(StoreNameTest, StoreNameSpellsTheAddress) {
  EXPECT_EQ(name_of("127.0.0.1:80"), "listen-127.0.0.1%3A80");
  EXPECT_EQ(name_of("[::1]:80"), "listen-%5B%3A%3A1%5D%3A80");
  EXPECT_EQ(name_of("unix:/run/a-b_c.sock"), "listen-unix%3A/run/a-b_c.sock");
  EXPECT_EQ(name_of("unix:@x"), "listen-unix%3A@x");
  EXPECT_EQ(name_of("unix:/a b%:\n\xff"), "listen-unix%3A/a%20b%25%3A%0A%FF");
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
