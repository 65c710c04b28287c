#include "daemon/handover/preparation.hpp"
#include "tests/support/first_release/first_release.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

const json::value& sockets_of_first_release() { return first_release().at("sockets"); }
const json::value& rest_of_first_release() { return first_release().at("prepare"); }

/// Receives a preparation of which this is the last message; none: `why` is a sentence.
std::optional<Preparation> receive_rest(const std::string& text, std::string& why) {
  const auto [sender, receiver] = HandoverChannel::make();
  EXPECT_EQ(HandoverChannel::send(sender.get(), handover::prepare, text), 0);
  try {
    return receive_preparation(receiver.get());
  } catch (const std::exception& error) {
    why = error.what();
    return std::nullopt;
  }
}

/// The state of the first release, in which this word is another one.
std::string rest_with(std::string_view word, std::string_view instead) {
  json::value rest = rest_of_first_release();
  std::string state = rest.at("state").as_string().c_str();
  state.replace(state.find(word), word.size(), instead);
  rest.as_object()["state"] = state;
  return json::serialize(rest);
}

TEST(FirstPreparationTest, IsRead) {
  const auto [sender, receiver] = HandoverChannel::make();
  const std::array files{receiver.get(), receiver.get()};
  ASSERT_EQ(HandoverChannel::send(sender.get(), handover::sockets, first_release_text("sockets"), {}, files),
            0);
  ASSERT_EQ(HandoverChannel::send(sender.get(), handover::prepare, first_release_text("prepare")), 0);
  const Preparation got = receive_preparation(receiver.get());
  EXPECT_EQ(got.sockets.count("listen"), 1u);
  EXPECT_TRUE(got.control_socket);
  EXPECT_TRUE(got.paused);
  ASSERT_EQ(got.kept.orders.size(), 1u);
  EXPECT_EQ(got.kept.orders[0].second, (Order{OperatorWord::drain, 3}));
  EXPECT_EQ(got.kept.catalogs.size(), 1u);
}

TEST(FirstPreparationTest, OursHasWhatItNeeds) {
  boost::asio::io_context control;
  auto [sender, receiver] = HandoverChannel::make();
  HandoverChannel channel(control, std::move(sender));
  const int file = receiver.get();
  std::string why;
  const KeptState kept = receive_rest(first_release_text("prepare"), why)->kept;
  Orders orders;
  for (const auto& [name, order] : kept.orders) orders.set(name, order);
  const std::string state = state_text(orders, kept.catalogs);
  ASSERT_EQ(send_preparation(channel, {{"listen", file}, {control_socket_name, file}}, state, true), 0);
  const auto sockets = HandoverChannel::wait(receiver.get(), 1s);
  const auto rest = HandoverChannel::wait(receiver.get(), 1s);
  EXPECT_EQ(sockets->kind, "sockets");
  EXPECT_EQ(lacks(json::parse(sockets->text), sockets_of_first_release()), "");
  EXPECT_EQ(rest->kind, "prepare");
  EXPECT_EQ(lacks(json::parse(rest->text), rest_of_first_release()), "");
  const std::string first_state = rest_of_first_release().at("state").as_string().c_str();
  EXPECT_EQ(lacks(json::parse(state), json::parse(first_state)), "");
}

TEST(LaterPreparationTest, UnknownMembersArePassedOver) {
  std::string why;
  EXPECT_TRUE(receive_rest(json::serialize(of_later_release(rest_of_first_release(), "")), why)) << why;
  EXPECT_TRUE(receive_rest(rest_with("\"weight\"", "\"mood\":\"good\",\"weight\""), why)) << why;
}

// Without it, clients would be sent to an endpoint to which they must not go.
TEST(LaterPreparationTest, UnknownOrderIsRefusedWithSentence) {
  std::string why;
  EXPECT_FALSE(receive_rest(rest_with("\"drain\"", "\"doubt\""), why));
  EXPECT_EQ(why, "what the process before this one keeps is not as duplexd writes it");
}

TEST(LaterPreparationTest, OtherTypesAreRefusedWithSentence) {
  json::value rest = rest_of_first_release();
  replace_each(rest, [&](const json::value& changed) {
    std::string why;
    if (!receive_rest(json::serialize(changed), why)) {
      EXPECT_NE(why, "");
    }
  });
}

}  // namespace
}  // namespace duplexd::test
