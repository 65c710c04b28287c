#include "daemon/systemd/socket_store.hpp"

#include "tests/unit/daemon/log/datagram_receiver.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

SocketAddress address_of(std::string_view text) { return *SocketAddress::parse(text); }
FileDescriptor some_descriptor() { return FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

class SocketStoreTest : public testing::Test {
 protected:
  static ListeningAddress listening(std::string_view address, std::vector<int> sockets = {0}) {
    return {
        .listener = "web", .address = address_of(address), .inherited = false, .sockets = std::move(sockets)};
  }

  /// "FDSTORE NAME" or "FDSTOREREMOVE NAME" for each message that came.
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (std::string text = receiver_.receive(0ms); !text.empty(); text = receiver_.receive(0ms)) {
      const auto name = text.substr(text.find("FDNAME=") + 7);
      all.push_back(text.substr(0, text.find('=')) + " " + name.substr(0, name.find('\n')));
    }
    return all;
  }

  static std::string name(std::string_view address) { return store_name(address_of(address)); }

  DatagramReceiver receiver_;
  boost::asio::io_context control_;
  ServiceManager manager_{control_, receiver_.name()};
  InheritedSockets none_;
};

TEST_F(SocketStoreTest, NewSocketsStoredGoneSocketsRemoved) {
  SocketStore store(manager_, none_);
  store.update({listening("127.0.0.1:80"), listening("[::]:80")});
  EXPECT_THAT(told(), ElementsAre("FDSTORE " + name("127.0.0.1:80"), "FDSTORE " + name("[::]:80")));
  store.update({listening("127.0.0.1:80")});
  EXPECT_THAT(told(), ElementsAre("FDSTOREREMOVE " + name("[::]:80")));
  EXPECT_TRUE(store.complete());
}

TEST_F(SocketStoreTest, NothingIsStoredOnceGivenUp) {
  SocketStore store(manager_, none_);
  store.update({listening("127.0.0.1:80")});
  (void)told();
  store.give_up();
  EXPECT_THAT(told(), ElementsAre("FDSTOREREMOVE " + name("127.0.0.1:80")));
  store.update({listening("127.0.0.1:80"), listening("127.0.0.1:81")});
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(SocketStoreTest, EverySocketOfAddressIsStored) {
  SocketStore store(manager_, none_);
  store.update({listening("127.0.0.1:80", {0, 1, 2})});
  EXPECT_EQ(receiver_.receive_all().descriptors.size(), 3u);
}

TEST_F(SocketStoreTest, SocketsOfSystemdAreNotStored) {
  SocketStore store(manager_, none_);
  ListeningAddress passed = listening("127.0.0.1:80");
  passed.inherited = true;
  store.update({passed});
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(SocketStoreTest, UnusedStoredSocketsAreRemoved) {
  InheritedSockets passed;
  for (const auto& entry : {name("127.0.0.1:80"), name("127.0.0.1:81"), std::string("web")})
    passed.emplace(entry, some_descriptor());
  SocketStore store(manager_, passed);
  store.drop_unused(passed);
  ASSERT_EQ(passed.size(), 1u) << "a later configuration may want systemd:web";
  EXPECT_EQ(passed.begin()->first, "web");
  store.update({listening("127.0.0.1:80")});
  EXPECT_THAT(told(),
              UnorderedElementsAre("FDSTOREREMOVE " + name("127.0.0.1:80"), "FDSTORE " + name("127.0.0.1:80"),
                                   "FDSTOREREMOVE " + name("127.0.0.1:81")));
}

TEST_F(SocketStoreTest, PassedSocketIsNotStoredAgain) {
  InheritedSockets passed;
  const int socket = passed.emplace(name("127.0.0.1:80"), some_descriptor())->second.get();
  SocketStore store(manager_, passed);
  store.update({listening("127.0.0.1:80", {socket})});
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_TRUE(store.complete());
}

TEST_F(SocketStoreTest, OtherSocketOfAddressReplacesStored) {
  const FileDescriptor first = some_descriptor(), second = some_descriptor();
  SocketStore store(manager_, none_);
  store.update({listening("127.0.0.1:80", {first.get()})});
  (void)told();
  store.update({listening("127.0.0.1:80", {second.get()})});
  EXPECT_THAT(told(),
              ElementsAre("FDSTOREREMOVE " + name("127.0.0.1:80"), "FDSTORE " + name("127.0.0.1:80")));
}

TEST_F(SocketStoreTest, WaitingSocketsAreNotYetComplete) {
  while (manager_.watchdog()) {
  }
  SocketStore store(manager_, none_);
  store.update({listening("127.0.0.1:80")});
  EXPECT_FALSE(store.complete());
  EXPECT_EQ(store.failed(), 0u) << "the service manager is busy, not stuck";
  while (receiver_.receive(0ms) == "WATCHDOG=1") {
  }
  control_.run_for(1s);
  EXPECT_TRUE(store.complete());
}

TEST_F(SocketStoreTest, StoreIsIncompleteWithoutServiceManager) {
  ServiceManager nobody{control_, std::nullopt};
  SocketStore store(nobody, none_);
  store.update({listening("127.0.0.1:80")});
  EXPECT_FALSE(store.complete());
}

TEST_F(SocketStoreTest, StoreCompletesWhenServiceManagerReturns) {
  SocketStore store(manager_, none_);
  receiver_.close();
  store.update({listening("127.0.0.1:80"), listening("127.0.0.1:81")});
  EXPECT_FALSE(store.complete());
  EXPECT_EQ(store.failed(), 2u);
  receiver_.bind_again();
  store.update({listening("127.0.0.1:80"), listening("127.0.0.1:81")});
  EXPECT_TRUE(store.complete());
}

}  // namespace
}  // namespace duplexd
