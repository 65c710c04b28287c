#include "core/handover/channel.hpp"

#include "tests/support/peer.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class HandoverChannelTest : public testing::Test {
 protected:
  HandoverChannelTest() {
    auto [one, other] = HandoverChannel::make();
    channel_.emplace(control_, std::move(one));
    other_ = std::move(other);
  }
  int send(std::string_view kind, std::string_view text = {}, std::string_view bytes = {},
           std::span<const int> descriptors = {}) {
    return HandoverChannel::send(other_.get(), kind, text, bytes, descriptors);
  }
  /// As it is, with a descriptor if there is one.
  void send_raw(std::string_view head, int descriptor = -1) {
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
    iovec place{const_cast<char*>(head.data()), head.size()};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* const part = CMSG_FIRSTHDR(&message);
      *part = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
      std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
    }
    EXPECT_GE(::sendmsg(other_.get(), &message, 0), 0);
  }
  /// What receive() calls its handler with.
  std::optional<HandoverMessage> receive(std::chrono::milliseconds patience = test::patience) {
    std::optional<HandoverMessage> received;
    bool called = false;
    channel_->receive(patience, [&](std::optional<HandoverMessage> message) {
      called = true;
      received = std::move(message);
    });
    control_.restart();
    control_.run();
    EXPECT_TRUE(called);
    return received;
  }
  void expect_no_message() {
    const auto message = receive();
    ASSERT_TRUE(message) << "the other end has not gone";
    EXPECT_EQ(message->kind, "");
    EXPECT_TRUE(message->descriptors.empty());
  }

  boost::asio::io_context control_;
  std::optional<HandoverChannel> channel_;
  FileDescriptor other_;
};

TEST_F(HandoverChannelTest, MessageArrivesWhole) {
  const std::string bytes("a\0b", 3);
  ASSERT_EQ(send("greeting", "{}", bytes), 0);
  const auto message = receive();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, "greeting");
  EXPECT_EQ(message->text, "{}");
  EXPECT_EQ(message->bytes, bytes);
}

TEST_F(HandoverChannelTest, MessagesStayApart) {
  ASSERT_EQ(send("first", "1"), 0);
  ASSERT_EQ(send("second", "", "2"), 0);
  ASSERT_EQ(send("third"), 0);
  EXPECT_EQ(receive()->text, "1");
  EXPECT_EQ(receive()->bytes, "2");
  EXPECT_EQ(receive()->kind, "third");
}

TEST_F(HandoverChannelTest, LongTextsArrive) {
  const std::string text = test::pattern(10'000'000, 1);
  const std::string bytes = test::pattern(10'000'000, 2);
  ASSERT_EQ(send("long", text, bytes), 0);
  const auto message = receive();
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->text == text);
  EXPECT_TRUE(message->bytes == bytes);
}

TEST_F(HandoverChannelTest, DescriptorsArriveInOrder) {
  std::vector<FileDescriptor> files;
  std::vector<int> descriptors;
  for (std::size_t i = 0; i < HandoverChannel::most_descriptors; ++i) {
    files.emplace_back(::memfd_create("test", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(files.back().get(), static_cast<off_t>(i)), 0);
    descriptors.push_back(files.back().get());
  }
  ASSERT_EQ(send("many", "{}", {}, descriptors), 0);
  const auto message = receive();
  ASSERT_TRUE(message);
  ASSERT_EQ(message->descriptors.size(), HandoverChannel::most_descriptors);
  for (std::size_t i = 0; i < message->descriptors.size(); ++i) {
    const int file = message->descriptors[i].get();
    EXPECT_EQ(::lseek(file, 0, SEEK_END), static_cast<off_t>(i));
    EXPECT_TRUE(::fcntl(file, F_GETFD) & FD_CLOEXEC);
  }
}

TEST_F(HandoverChannelTest, GoneEndIsNoMessage) {
  other_.reset();
  EXPECT_FALSE(receive());
  EXPECT_EQ(channel_->send("anybody", "{}"), EPIPE);
}

TEST_F(HandoverChannelTest, MessagesOutliveTheirSender) {
  ASSERT_EQ(send("last", "words"), 0);
  other_.reset();
  EXPECT_EQ(receive()->text, "words");
  EXPECT_FALSE(receive());
}

TEST_F(HandoverChannelTest, SilenceIsNoMessage) {
  EXPECT_FALSE(receive(50ms));
  ASSERT_EQ(send("late", "{}"), 0);
  EXPECT_EQ(receive(50ms)->kind, "late") << "it may be listened to again";
}

TEST_F(HandoverChannelTest, NonsenseHasNoKind) {
  const FileDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  for (const std::string_view head :
       {"word", "word x", "word 1x", "word -1", "word 99999999999999999999", " "}) {
    send_raw(head);
    expect_no_message();
    send_raw(head, file.get());
    expect_no_message();
  }
}

TEST_F(HandoverChannelTest, MissingFileIsNoMessage) {
  send_raw("word 1");
  expect_no_message();
}

TEST_F(HandoverChannelTest, LongHeadIsNoMessage) {
  send_raw(std::string(100, 'x') + " 0");
  expect_no_message();
}

TEST_F(HandoverChannelTest, TextBeyondItsFileIsRefused) {
  const FileDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(file.get(), 3), 0);
  send_raw("word 4", file.get());
  expect_no_message();
}

TEST_F(HandoverChannelTest, TooLongFileIsRefused) {
  const FileDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(file.get(), HandoverChannel::most_bytes + 1), 0);
  send_raw("word 4", file.get());
  expect_no_message();
}

TEST_F(HandoverChannelTest, SocketInsteadOfFileIsRefused) {
  send_raw("word 4", other_.get());
  expect_no_message();
}

TEST_F(HandoverChannelTest, WordsNeedNoDescriptor) {
  const test::DescriptorLimit none(0);
  EXPECT_EQ(send("word"), 0);
  EXPECT_EQ(send("text", "{}"), EMFILE);
  EXPECT_EQ(receive()->kind, "word");
}

TEST_F(HandoverChannelTest, CutMessageLeavesNoDescriptor) {
  const FileDescriptor file(::memfd_create("test", MFD_CLOEXEC));
  const std::vector<int> many(5, file.get());
  ASSERT_EQ(send("many", "{}", {}, many), 0);
  const std::size_t before = test::open_descriptors();
  {
    const test::DescriptorLimit few(before + 2);
    expect_no_message();
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST_F(HandoverChannelTest, FullChannelDoesNotBlock) {
  int error = 0;
  for (int i = 0; i < 100'000 && error == 0; ++i) error = send("word");
  EXPECT_EQ(error, EAGAIN);
  EXPECT_EQ(receive()->kind, "word");
}

TEST_F(HandoverChannelTest, CapacityIsWhatIsSentUnread) {
  std::size_t sent = 0;
  while (send("word") == 0) ++sent;
  EXPECT_EQ(HandoverChannel::capacity(), sent);
  const test::DescriptorLimit none(0);
  EXPECT_EQ(HandoverChannel::capacity(), 0u);
}

}  // namespace
}  // namespace duplexd
