#include "daemon/handover/preparation.hpp"

#include "tests/support/peer.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {
namespace {

class PreparationTest : public testing::Test {
 protected:
  PreparationTest() {
    auto [sender, receiver] = HandoverChannel::make();
    channel_.emplace(control_, std::move(sender));
    receiver_ = std::move(receiver);
  }
  /// A file that is known by its size.
  NamedSocket named(std::string name) {
    files_.emplace_back(::memfd_create("test", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(files_.back().get(), static_cast<off_t>(files_.size())), 0);
    return {std::move(name), files_.back().get()};
  }
  static off_t size_of(const FileDescriptor& file) { return ::lseek(file.get(), 0, SEEK_END); }
  Preparation receive() { return receive_preparation(receiver_.get()); }

  const std::string nothing = state_text({}, {});
  boost::asio::io_context control_;
  std::optional<HandoverChannel> channel_;
  FileDescriptor receiver_;
  std::vector<FileDescriptor> files_;
};

TEST_F(PreparationTest, ArrivesAsItWasSent) {
  const std::vector<NamedSocket> sockets{named("listen-a"), named(control_socket_name), named("listen-b"),
                                         named("listen-a")};
  Orders orders;
  orders.set({"pool", "db"}, {OperatorWord::drain, 3});
  ASSERT_EQ(send_preparation(*channel_, sockets, state_text(orders, {}), true), 0);
  const Preparation got = receive();
  EXPECT_EQ(got.kept.orders, NamedOrders(orders.all().begin(), orders.all().end()));
  EXPECT_TRUE(got.paused);
  EXPECT_EQ(size_of(got.control_socket), 2);
  EXPECT_EQ(got.sockets.size(), 3u);
  EXPECT_EQ(got.sockets.count("listen-a"), 2u);
  EXPECT_EQ(size_of(got.sockets.find("listen-b")->second), 3);
}

TEST_F(PreparationTest, NamesArriveAsTheyWereSent) {
  const NameRecords names{{"db.test", {{address_of("192.0.2.1:0"), address_of("[2001:db8::1]:0")}, {}}},
                          {"srv:_db._tcp.test", {{}, {{{"a.test", 80, 1, 2}, {"b.test", 81, 3, 4}}}}},
                          {"srv:_no._tcp.test", {{}, std::vector<ServiceTarget>{}}}};
  ASSERT_EQ(send_preparation(*channel_, {}, nothing, false, names), 0);
  EXPECT_EQ(receive().names, names);
}

// A link-local address is none without its interface, which DNS does not know.
TEST_F(PreparationTest, UnreadableAddressIsLeftOut) {
  ASSERT_EQ(send_preparation(*channel_, {}, nothing, false), 0);
  EXPECT_TRUE(receive().names.empty());
  const std::string rest = R"({"state":"{\"endpoints\":[]}","paused":false,)";
  ASSERT_EQ(channel_->send(handover::prepare,
                           rest + R"("names":{"x":{"addresses":["[fe80::1]:0","192.0.2.1:0"],"later":1}}})"),
            0);
  EXPECT_EQ(receive().names, (NameRecords{{"x", {{address_of("192.0.2.1:0")}, {}}}}));
}

TEST_F(PreparationTest, OtherNamesAreAnError) {
  const std::string rest = R"({"state":"{\"endpoints\":[]}","paused":false,"names":)";
  for (const char* const names : {"1", R"({"x":1})", R"({"x":{"addresses":[1]}})", R"({"x":{"targets":[1]}})",
                                  R"({"x":{"targets":[{"port":70000}]}})"}) {
    ASSERT_EQ(channel_->send(handover::prepare, rest + names + "}"), 0);
    EXPECT_THROW((void)receive(), std::exception) << names;
  }
}

TEST_F(PreparationTest, AdminSocketsComeApart) {
  const std::string admin = std::string(admin_socket_prefix) + "127.0.0.1:9640";
  ASSERT_EQ(send_preparation(*channel_, {named("listen-a"), named(admin)}, nothing, false), 0);
  const Preparation got = receive();
  EXPECT_EQ(got.sockets.size(), 1u);
  ASSERT_EQ(got.admin_sockets.count(admin), 1u);
  EXPECT_EQ(size_of(got.admin_sockets.find(admin)->second), 2);
}

TEST_F(PreparationTest, NeedsNoSocket) {
  ASSERT_EQ(send_preparation(*channel_, {}, nothing, false), 0);
  const Preparation got = receive();
  EXPECT_FALSE(got.control_socket);
  EXPECT_TRUE(got.sockets.empty());
  EXPECT_FALSE(got.paused);
}

TEST_F(PreparationTest, ManySocketsArrive) {
  std::vector<NamedSocket> sockets;
  for (int i = 0; i < 600; ++i) sockets.push_back(named(fmt::format("listen-{}", i)));
  ASSERT_EQ(send_preparation(*channel_, sockets, nothing, false), 0);
  const Preparation got = receive();
  ASSERT_EQ(got.sockets.size(), 600u);
  for (int i = 0; i < 600; ++i)
    EXPECT_EQ(size_of(got.sockets.find(fmt::format("listen-{}", i))->second), i + 1);
}

TEST_F(PreparationTest, GonePredecessorIsAnError) {
  channel_.reset();
  EXPECT_THROW((void)receive(), std::runtime_error);
}

TEST_F(PreparationTest, SocketsWithoutNamesAreAnError) {
  const NamedSocket socket = named("x");
  ASSERT_EQ(channel_->send(handover::sockets, R"({"names":[]})", {}, {&socket.socket, 1}), 0);
  EXPECT_THROW((void)receive(), std::runtime_error);
}

TEST_F(PreparationTest, OtherMessagesArePassedOver) {
  ASSERT_EQ(channel_->send("later", "what a later release says"), 0);
  ASSERT_EQ(send_preparation(*channel_, {}, nothing, true), 0);
  EXPECT_TRUE(receive().paused);
}

TEST_F(PreparationTest, GoneSuccessorIsAnError) {
  receiver_.reset();
  EXPECT_EQ(send_preparation(*channel_, {}, "", false), EPIPE);
}

}  // namespace
}  // namespace duplexd::test
