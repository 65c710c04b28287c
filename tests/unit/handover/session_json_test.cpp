#include "core/handover/session_json.hpp"

#include "core/memory/buffer_pool.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

PeerAddress peer(std::string_view text) { return PeerAddress(*SocketAddress::parse(text)); }

/// With every field unlike its default.
SessionState relaying_session() {
  SessionState state{.id = (std::uint64_t{3} << 48) | 41,
                     .moves = 2,
                     .listener = "web",
                     .upstream = "pool",
                     .on_removed = LiveSessions::drain,
                     .relays = true,
                     .endpoint = "db.example:5432",
                     .endpoint_address = *SocketAddress::parse("[2001:db8::1]:5432")};
  state.relaying.upstream = {
      .received = 9, .sent = 6, .preamble = 2, .ended = true, .finished = false, .stalled = true};
  state.relaying.downstream = {.received = 70'007, .sent = 70'000, .abandoned = true};
  state.relaying.failure = CloseReason::client_reset;
  state.relaying.error = ECONNRESET;
  state.held_upstream = {.copied = bytes_of(std::string_view("a\0b", 3)),
                         .piped = 2,
                         .pipe_size = 65'536,
                         .stalled = std::chrono::microseconds(17)};
  state.connecting = std::chrono::microseconds(1'234);
  state.attempts = 3;
  state.failed_attempts.add(
      {peer("192.0.2.1:80"), CloseReason::connect_refused, FailedAttempts::Duration(5)});
  state.failed_attempts.add(
      {peer("192.0.2.2:80"), CloseReason::connect_timeout, FailedAttempts::Duration(6)});
  state.client = peer("[2001:db8::2]:40000");
  state.started = std::chrono::microseconds(987'654'321);
  state.quiet = 300ms;
  state.handshake = 400ms;
  state.lifetime = 500ms;
  state.leaving = 600ms;
  state.queue = 700ms;
  state.place = 12;
  state.leaves_for = CloseReason::drained;
  state.idle = 800ms;
  state.half_closed = 900ms;
  state.half_closed_for = 1000ms;
  return state;
}

void expect_equal(const SessionState::Held& one, const SessionState::Held& other) {
  EXPECT_EQ(one.copied, other.copied);
  EXPECT_EQ(one.piped, other.piped);
  EXPECT_EQ(one.pipe_size, other.pipe_size);
  EXPECT_EQ(one.stalled, other.stalled);
}

void expect_equal(const FailedAttempts& some, const FailedAttempts& others) {
  ASSERT_EQ(some.end() - some.begin(), others.end() - others.begin());
  for (auto one = some.begin(), other = others.begin(); one != some.end(); ++one, ++other) {
    EXPECT_EQ(one->endpoint, other->endpoint);
    EXPECT_EQ(one->reason, other->reason);
    EXPECT_EQ(one->took, other->took);
  }
}

void expect_equal(const SessionState& one, const SessionState& other) {
  EXPECT_EQ(one.id, other.id);
  EXPECT_EQ(one.moves, other.moves);
  EXPECT_EQ(one.listener, other.listener);
  EXPECT_EQ(one.upstream, other.upstream);
  EXPECT_EQ(one.on_removed, other.on_removed);
  EXPECT_EQ(one.relays, other.relays);
  EXPECT_EQ(one.endpoint, other.endpoint);
  EXPECT_EQ(one.endpoint_address, other.endpoint_address);
  EXPECT_EQ(one.relaying, other.relaying);
  expect_equal(one.held_upstream, other.held_upstream);
  expect_equal(one.held_downstream, other.held_downstream);
  EXPECT_EQ(one.connecting, other.connecting);
  EXPECT_EQ(one.attempts, other.attempts);
  expect_equal(one.failed_attempts, other.failed_attempts);
  EXPECT_EQ(one.client, other.client);
  EXPECT_EQ(one.started, other.started);
  EXPECT_EQ(one.quiet, other.quiet);
  EXPECT_EQ(one.handshake, other.handshake);
  EXPECT_EQ(one.lifetime, other.lifetime);
  EXPECT_EQ(one.leaving, other.leaving);
  EXPECT_EQ(one.queue, other.queue);
  EXPECT_EQ(one.place, other.place);
  EXPECT_EQ(one.leaves_for, other.leaves_for);
  EXPECT_EQ(one.idle, other.idle);
  EXPECT_EQ(one.half_closed, other.half_closed);
  EXPECT_EQ(one.half_closed_for, other.half_closed_for);
}

Parsed<SessionState> read(std::string_view text, std::string_view bytes = {}) {
  return session_of(boost::json::parse(text), bytes);
}

/// A description of a relaying session, of which this field is another.
std::string with(std::string_view direction, std::string_view field, const boost::json::value& value,
                 std::string& bytes) {
  boost::json::object described = to_json(relaying_session(), bytes);
  described["relaying"].as_object()[direction].as_object()[field] = value;
  return boost::json::serialize(described);
}

TEST(SessionJsonTest, EveryFieldComesBack) {
  const SessionState state = relaying_session();
  std::string bytes;
  const std::string text = boost::json::serialize(to_json(state, bytes));
  EXPECT_EQ(bytes, std::string_view("a\0b", 3));
  std::string_view left = bytes;
  const Parsed<SessionState> read = session_of(boost::json::parse(text), left);
  ASSERT_TRUE(read) << read.error().what;
  expect_equal(*read, state);
  EXPECT_TRUE(left.empty());
}

TEST(SessionJsonTest, UnknownWishForSessionsIsKeep) {
  std::string bytes;
  boost::json::object described = to_json(relaying_session(), bytes);
  for (const char* word : {"close", "keep", "another"}) {
    described["on_removed"] = word;
    const Parsed<SessionState> back = read(boost::json::serialize(described), bytes);
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(back->on_removed, word == std::string_view("close") ? LiveSessions::close : LiveSessions::keep);
  }
  described.erase("on_removed");
  EXPECT_EQ(read(boost::json::serialize(described), bytes)->on_removed, LiveSessions::keep);
}

TEST(SessionJsonTest, DialledSessionComesBack) {
  SessionState state{.id = 7, .moves = 1, .listener = "web", .upstream = "pool"};
  state.client = peer("192.0.2.1:80");
  state.handshake = 400ms;
  state.queue = 0ms;
  state.place = 3;
  std::string bytes;
  const Parsed<SessionState> back = read(boost::json::serialize(to_json(state, bytes)));
  ASSERT_TRUE(back) << back.error().what;
  expect_equal(*back, state);
  EXPECT_FALSE(back->lifetime);
}

TEST(SessionJsonTest, SessionsShareTheirBytes) {
  std::string bytes;
  SessionState first = relaying_session();
  SessionState second = relaying_session();
  second.held_upstream.copied = bytes_of("xyz");
  const boost::json::value one = to_json(first, bytes);
  const boost::json::value other = to_json(second, bytes);
  std::string_view left = bytes;
  expect_equal(*session_of(one, left), first);
  expect_equal(*session_of(other, left), second);
  EXPECT_TRUE(left.empty());
}

TEST(SessionJsonTest, UnknownFieldsArePassedOver) {
  std::string bytes;
  boost::json::object described = to_json(relaying_session(), bytes);
  described["colour"] = "blue";
  described["relaying"].as_object()["upstream"].as_object()["later"] = boost::json::array{1, 2};
  const Parsed<SessionState> back = read(boost::json::serialize(described), bytes);
  ASSERT_TRUE(back) << back.error().what;
  expect_equal(*back, relaying_session());
}

TEST(SessionJsonTest, MissingFieldsAreNothing) {
  const Parsed<SessionState> back = read("{}");
  ASSERT_TRUE(back) << back.error().what;
  expect_equal(*back, SessionState{});
}

TEST(SessionJsonTest, UnknownReasonIsLocalError) {
  std::string bytes;
  boost::json::object described = to_json(relaying_session(), bytes);
  described["leaves_for"] = "boredom";
  const Parsed<SessionState> back = read(boost::json::serialize(described), bytes);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(back->leaves_for, CloseReason::local_error);
}

TEST(SessionJsonTest, UnixClientStaysUnix) {
  SessionState state;
  state.client = peer("unix:@peer");
  std::string bytes;
  const Parsed<SessionState> back = read(boost::json::serialize(to_json(state, bytes)));
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(back->client.family(), PeerAddress::Family::local);
}

TEST(SessionJsonTest, WhatCannotBeIsRefused) {
  std::string bytes;
  for (const auto& [field, value] :
       std::vector<std::pair<std::string_view, boost::json::value>>{{"sent", 12},
                                                                    {"sent", 5},
                                                                    {"received", 10},
                                                                    {"preamble", 3},
                                                                    {"received", -1},
                                                                    {"received", "9"}}) {
    bytes.clear();
    const std::string text = with("upstream", field, value, bytes);
    EXPECT_FALSE(read(text, bytes)) << text;
  }
}

TEST(SessionJsonTest, MissingBytesAreRefused) {
  std::string bytes;
  const std::string text = boost::json::serialize(to_json(relaying_session(), bytes));
  EXPECT_FALSE(read(text, std::string_view(bytes).substr(1)));
  EXPECT_FALSE(read(text));
}

TEST(SessionJsonTest, PipedBytesNeedPipe) {
  SessionState state = relaying_session();
  state.held_upstream.pipe_size = 0;
  std::string bytes;
  EXPECT_FALSE(read(boost::json::serialize(to_json(state, bytes)), bytes));
}

TEST(SessionJsonTest, MoreThanOneBufferIsRefused) {
  SessionState state = relaying_session();
  state.held_upstream.copied.resize(BufferPool::buffer_size + 1);
  state.relaying.upstream.received = state.held_upstream.copied.size() + 6;
  std::string bytes;
  EXPECT_FALSE(read(boost::json::serialize(to_json(state, bytes)), bytes));
}

TEST(SessionJsonTest, OriginalDestinationHasNoAddress) {
  SessionState state = relaying_session();
  state.endpoint = "original_destination";
  state.endpoint_address = {};
  std::string bytes;
  std::string text = boost::json::serialize(to_json(state, bytes));
  std::string_view held = bytes;
  const auto again = session_of(boost::json::parse(text), held);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->endpoint_address.size(), 0u);
  state.endpoint = "db.example:5432";
  bytes.clear();
  EXPECT_FALSE(read(boost::json::serialize(to_json(state, bytes)), bytes));
}

TEST(SessionJsonTest, OtherJsonIsRefused) {
  for (const std::string_view text :
       {"[]", "1", "null", R"({"id":"x"})", R"({"id":-1})", R"({"client":"nowhere"})", R"({"listener":1})",
        R"({"relays":1})", R"({"relays":true,"relaying":[]})", R"({"relays":true,"failed_attempts":{}})",
        R"({"relays":true,"endpoint_address":"x"})", R"({"moves":4294967296})", R"({"lifetime_ms":null})"})
    EXPECT_FALSE(read(text)) << text;
}

}  // namespace
}  // namespace duplexd
