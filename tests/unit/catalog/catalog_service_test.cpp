#include "core/catalog/catalog_service.hpp"

#include "core/config/endpoints/catalog_entry.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/peer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <list>
#include <optional>

namespace duplexd::test {
namespace {

using boost::asio::ip::tcp;
using testing::HasSubstr;

constexpr std::string_view one_instance =
    R"([{"Node":{"Node":"a","Address":"10.0.0.1"},"Service":{"ID":"s","Address":"","Port":80}}])";

std::string http(std::string_view body, unsigned index = 1) {
  return fmt::format("HTTP/1.1 200 OK\r\nX-Consul-Index: {}\r\nContent-Length: {}\r\n\r\n{}", index,
                     body.size(), body);
}

/// A Consul that gives each query the next of its answers, and holds those that come when there is none left.
class CatalogServiceTest : public testing::Test {
 protected:
  CatalogServiceTest() {
    consul_.enabled = true;
    consul_.service = "main";
    consul_.access.servers.push_back(
        {"http://consul", *parse_endpoint(fmt::format("127.0.0.1:{}", acceptor_.local_endpoint().port()))});
    boost::asio::co_spawn(control_, accept(), boost::asio::detached);
  }

  boost::asio::awaitable<void> accept() {
    for (;;) {
      auto& socket = sockets_.emplace_back(co_await acceptor_.async_accept(boost::asio::use_awaitable));
      boost::asio::streambuf request;
      co_await boost::asio::async_read_until(socket, request, "\r\n\r\n", boost::asio::use_awaitable);
      ++queries_;
      if (answers_.empty()) continue;
      const std::string answer = answers_.front();
      answers_.pop_front();
      boost::system::error_code ignored;
      co_await boost::asio::async_write(socket, boost::asio::buffer(answer),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
  }

  CatalogService::Subscription subscribe() {
    return service_.subscribe(consul_, [this] { ++told_; });
  }
  bool run_until(const std::function<bool()>& condition) {
    return eventually([&] {
      control_.run_for(std::chrono::milliseconds(5));
      return condition();
    });
  }
  /// Why the first visit fails.
  std::string failure() {
    const auto subscription = subscribe();
    EXPECT_TRUE(run_until([&] { return !subscription.state().failure.empty(); }));
    return subscription.state().failure;
  }

  boost::asio::io_context control_;
  FakeNames fake_;
  NameService names_{control_, fake_.source()};
  tcp::acceptor acceptor_{control_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::list<tcp::socket> sockets_;
  std::list<std::string> answers_;
  ConsulConfig consul_;
  CatalogService service_{control_, names_};
  int queries_ = 0;
  int told_ = 0;
};

TEST_F(CatalogServiceTest, EqualQuestionsAreAskedOnce) {
  answers_ = {http(one_instance)};
  const auto one = subscribe(), other = subscribe();
  ASSERT_TRUE(run_until([&] { return told_ == 2; }));
  EXPECT_EQ(one.state().endpoints->at(0).name, "10.0.0.1:80");
  EXPECT_EQ(other.state().endpoints->size(), 1U);
  EXPECT_TRUE(run_until([&] { return queries_ == 2; })) << "the second one waits for news";
  EXPECT_EQ(service_.lists().at("consul main").size(), 1U);
}

TEST_F(CatalogServiceTest, SameAnswerIsNoNews) {
  answers_ = {http(one_instance), http(one_instance), http(one_instance)};
  const auto subscription = subscribe();
  ASSERT_TRUE(run_until([&] { return queries_ == 4; }));
  control_.run_for(std::chrono::milliseconds(200));
  EXPECT_EQ(told_, 1);
}

TEST_F(CatalogServiceTest, RememberedListIsNoAnswer) {
  service_.remember({{"consul main", {*parse_catalog_entry("10.0.0.9:80")}}});
  const auto subscription = subscribe();
  EXPECT_EQ(subscription.state().endpoints->at(0).name, "10.0.0.9:80");
  EXPECT_FALSE(subscription.state().answered);
  answers_ = {http("[]")};
  ASSERT_TRUE(run_until([&] { return subscription.state().answered; }));
  EXPECT_TRUE(subscription.state().endpoints->empty());
}

TEST_F(CatalogServiceTest, OtherWayBeginsWithKnownList) {
  answers_ = {http(one_instance)};
  const auto one = subscribe();
  ASSERT_TRUE(run_until([&] { return one.state().answered; }));
  consul_.access.timeout += std::chrono::milliseconds(1);
  const auto other = subscribe();
  EXPECT_EQ(other.state().endpoints, one.state().endpoints);
  EXPECT_FALSE(other.state().answered);
}

TEST_F(CatalogServiceTest, CallbackMayEndSubscription) {
  std::optional<CatalogService::Subscription> own;
  own.emplace(service_.subscribe(consul_, [&] {
    own.reset();
    ++told_;
  }));
  answers_ = {http(one_instance)};
  EXPECT_TRUE(run_until([&] { return told_ == 1; }));
  EXPECT_TRUE(service_.lists().empty());
}

TEST_F(CatalogServiceTest, SilentServerFailsInTime) {
  consul_.access.timeout = std::chrono::milliseconds(50);
  EXPECT_THAT(failure(), HasSubstr("http://consul: connected, but no answer in 50ms"));
}

TEST_F(CatalogServiceTest, EndlessAnswerIsRefused) {
  answers_ = {http(std::string(9 << 20, ' '))};
  EXPECT_THAT(failure(), HasSubstr("answered more than 8388608 bytes"));
}

TEST_F(CatalogServiceTest, AnythingElseIsRefused) {
  answers_ = {"SSH-2.0-x\r\n\r\n"};
  EXPECT_THAT(failure(), HasSubstr("its answer is not HTTP"));
  answers_ = {http("{}")};
  EXPECT_THAT(failure(), HasSubstr("its answer is no list"));
  answers_ = {http(one_instance, 0)};
  EXPECT_THAT(failure(), HasSubstr("no X-Consul-Index above 0"));
}

TEST_F(CatalogServiceTest, SecretHasToBeThere) {
  consul_.token_file = "/nonexistent";
  EXPECT_THAT(failure(), HasSubstr("/nonexistent cannot be read"));
  EXPECT_EQ(queries_, 0);
}

TEST_F(CatalogServiceTest, HostOfServerIsLookedUp) {
  consul_.access.servers[0].address = HostPort{"consul.test", acceptor_.local_endpoint().port()};
  answers_ = {http(one_instance)};
  const auto subscription = subscribe();
  ASSERT_TRUE(run_until([&] { return fake_.times_asked("consul.test") == 1; }));
  fake_.answer("consul.test", {.addresses = {loopback()}, .failure = ""});
  EXPECT_TRUE(run_until([&] { return subscription.state().answered; }));
  EXPECT_EQ(subscription.state().failure, "");
}

}  // namespace
}  // namespace duplexd::test
