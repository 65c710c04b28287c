#include "tests/support/first_release/first_release.hpp"

#include "tests/integration/handover/two_proxies.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {
namespace {

namespace json = boost::json;

/// The process at the other end speaks as the first release does.
class FirstRelease : public TwoProxies {
 protected:
  /// A connection of this test; `process_end` is what a process that relays has of it.
  static Peer connect(FileDescriptor& process_end) {
    Backend listening;
    Peer peer = Peer::connect(listening.address());
    const Peer accepted = listening.accept();
    process_end = FileDescriptor(::fcntl(accepted.fd(), F_DUPFD_CLOEXEC, 0));
    ::fcntl(process_end.get(), F_SETFL, O_NONBLOCK);
    return peer;
  }
  /// A pipe with as much in it as the first session has.
  static void add_pipe(HandoverMessage& message) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    EXPECT_EQ(::write(ends[1], "de", 2), 2);
    message.descriptors.emplace_back(ends[1]);
    message.descriptors.emplace_back(ends[0]);
  }
  /// The first session, which relays, and the last one, which is dialled.
  HandoverMessage give_two() {
    json::value described = first_release().at("sessions");
    json::array& all = described.at("sessions").as_array();
    all.erase(all.begin() + 1);
    HandoverMessage message{.kind = "sessions",
                            .text = json::serialize(described),
                            .bytes = first_release().at("bytes").as_string().c_str()};
    message.descriptors.resize(2);
    relayed_.client = connect(message.descriptors[0]);
    relayed_.endpoint = connect(message.descriptors[1]);
    add_pipe(message);
    dialled_ = connect(message.descriptors.emplace_back());
    return message;
  }

  Pair relayed_;
  Peer dialled_;
};

TEST_F(FirstRelease, ItsSessionsGoOn) {
  begin_taking();
  to_taker_.pass_on(give_two());
  const HandoverMessage taken = to_taker_.hear("taken");
  EXPECT_EQ(lacks(json::parse(taken.text), json::object{{"stays", json::array()}}), "");
  to_taker_.say("keep");
  to_taker_.say("last", first_release_text("last"));
  (void)to_taker_.hear("serving");
  EXPECT_EQ(taker_->taken().first, Taking::End::serves);
  EXPECT_EQ(relayed_.endpoint.receive(5), "abcde") << "first what was copied, then what is in the pipe";
  expect_goes_on(relayed_);
  Pair dialled{.client = std::move(dialled_), .endpoint = backend_.accept()};
  expect_goes_on(dialled);
  EXPECT_EQ(taker_->listener().accepted, 12u) << "10 had ended before";
}

TEST_F(FirstRelease, NumbersStayUniqueWithoutItsLast) {
  begin_taking();
  to_taker_.pass_on(give_two());
  (void)to_taker_.hear("taken");
  to_taker_.say("keep");
  to_taker_.hang_up();
  EXPECT_EQ(taker_->taken().first, Taking::End::serves);
  const Peer dialled = backend_.accept();
  giver_->drain();  // it accepts clients, too
  EXPECT_TRUE(giver_->wait_for_stopped());
  Pair next = open_session(*taker_, backend_);
  close_in_order(next);
  EXPECT_EQ(SessionServices::running_number(taker_->end().id), 44u) << "the highest of theirs is 43";
}

TEST_F(FirstRelease, TakesWhatWeGive) {
  Pair session = open_session(*giver_, backend_);
  auto outcome = begin_giving();
  const HandoverMessage sessions = from_giver_.hear("sessions");
  EXPECT_EQ(lacks(json::parse(sessions.text),
                  json::object{{"frozen_us", 1}, {"sessions", json::array{json::object()}}}),
            "");
  from_giver_.say("taken", first_release_text("taken"));
  (void)from_giver_.hear("keep");
  const json::value last = json::parse(from_giver_.hear("last").text);
  EXPECT_EQ(lacks(last, json::object{{"last_id", 1}, {"totals", json::object()}}), "");
  from_giver_.say("serving", "{}");
  EXPECT_EQ(outcome.get().failure, "");
}

TEST_F(FirstRelease, LaterOneIsUnderstood) {
  begin_taking();
  HandoverMessage later = give_two();
  later.text = json::serialize(of_later_release(json::parse(later.text), "connect_refused"));
  to_taker_.pass_on(later);
  (void)to_taker_.hear("taken");
  to_taker_.say("keep");
  to_taker_.say("last", json::serialize(of_later_release(first_release().at("last"), "")));
  (void)to_taker_.hear("serving");
  EXPECT_EQ(relayed_.endpoint.receive(5), "abcde");
}

TEST_F(FirstRelease, UnknownMessageIsRefusedWithSentence) {
  begin_taking();
  to_taker_.say("weather", R"({"sky":"blue"})");
  EXPECT_NE(to_taker_.hear("failed").text, "");
  EXPECT_EQ(taker_->taken().first, Taking::End::does_not);
}

}  // namespace
}  // namespace duplexd::test
