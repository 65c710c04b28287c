#include "daemon/log/line/event_line.hpp"

#include "core/config/log/session_fields.hpp"
#include "daemon/log/line/log_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

std::string text_of(const LogLine& line) {
  std::string text;
  append_logfmt(text, line);
  return text.substr(text.find("event="));
}

PeerAddress peer(std::string_view text) { return PeerAddress(*SocketAddress::parse(text)); }

SessionEnd whole_session() {
  SessionEnd end;
  end.id = 0x0001'0000'0000'002a;
  end.reason = CloseReason::client_reset;
  end.error = ECONNRESET;
  end.listener = "postgres";
  end.upstream = "pg";
  end.endpoint = "db1:5432";
  end.client = peer("192.0.2.7:40000");
  end.client_local = peer("192.0.2.1:5432");
  end.endpoint_local = peer("10.0.0.1:50000");
  end.endpoint_address = peer("10.0.0.11:5432");
  end.connect_attempts = 1;
  end.connecting = 123us;
  end.duration = 12'345us;
  end.upstream_bytes = {10, 2, 1'500us};
  end.downstream_bytes = {20, 0, 0us};
  return end;
}

TEST(EventLineTest, SessionHasAllItsFields) {
  EXPECT_EQ(text_of(line_of({{}, whole_session()})),
            "event=session id=000100000000002a listener=postgres upstream=pg endpoint=db1:5432 "
            "client=192.0.2.7:40000 client_local=192.0.2.1:5432 endpoint_local=10.0.0.1:50000 "
            "endpoint_address=10.0.0.11:5432 reason=client_reset side=client errno=ECONNRESET attempts=1 "
            "connect_ms=0.123 duration_ms=12.345 upstream_bytes=10 upstream_undelivered=2 "
            "upstream_stalled_ms=1.500 "
            "downstream_bytes=20 downstream_undelivered=0 downstream_stalled_ms=0.000\n");
}

TEST(EventLineTest, EveryFieldIsInTheTable) {
  SessionEnd end = whole_session();
  end.via = peer("192.0.2.9:1");
  end.words = end.client_tls = end.endpoint_tls = "x";
  end.server_name = end.client_certificate = end.endpoint_words = "x";
  end.beyond_tried.add(Limit::rate);
  end.moves = 1;
  end.failed_attempts.add({});
  const LogLine with_tls_error = line_of({{}, end, {.sample = 2}});
  end.reason = CloseReason::via_failed;
  const LogLine with_via_error = line_of({{}, end});
  for (const std::string_view field : session_fields)
    EXPECT_TRUE(with_tls_error.find(field) || with_via_error.find(field)) << field;
  auto known = session_fields.begin();
  with_tls_error.for_each_field([&](const LogField& field) {
    known = std::find(known, session_fields.end(), field.key);
    EXPECT_NE(known, session_fields.end()) << field.key << " is not in the table, or in another order";
  });
}

TEST(EventLineTest, LiveSessionHasNoReason) {
  for (const auto& [moment, kind] : {std::pair(SessionMoment::started, EventKind::session_started),
                                     std::pair(SessionMoment::interval, EventKind::session_interval)}) {
    const LogLine line = line_of({{}, whole_session(), {}, moment});
    EXPECT_EQ(line.kind(), kind);
    EXPECT_EQ(line.find("id"), "000100000000002a");
    for (const char* key : {"reason", "side", "errno"}) EXPECT_FALSE(line.find(key)) << key;
  }
}

TEST(EventLineTest, TriedLimitsAreShown) {
  SessionEnd end = whole_session();
  EXPECT_FALSE(line_of({{}, end}).find("dry_run"));
  end.beyond_tried = {Limit::per_source_rate, Limit::sessions};
  EXPECT_EQ(line_of({{}, end}).find("dry_run"), "sessions, per_source_rate");
}

TEST(EventLineTest, TriedLimitIsNamed) {
  const LogLine line =
      line_of({{}, Notice{.kind = Notice::Kind::limit_tried, .subject = "web", .words = "rate", .count = 7}});
  EXPECT_EQ(line.find("listener"), "web");
  EXPECT_EQ(line.find("limit"), "rate");
  EXPECT_EQ(line.find("count"), "7");
}

TEST(EventLineTest, FailedAttemptsAreShown) {
  SessionEnd end = whole_session();
  EXPECT_FALSE(line_of({{}, end}).find("failed_attempts"));
  using Took = FailedAttempts::Duration;
  end.failed_attempts.add({peer("10.0.0.11:5432"), CloseReason::connect_refused, Took(0)});
  end.failed_attempts.add({peer("[2001:db8::1]:5432"), CloseReason::connect_timeout, Took(5'000)});
  EXPECT_EQ(line_of({{}, end}).find("failed_attempts"),
            "10.0.0.11:5432 connect_refused 0 ms; [2001:db8::1]:5432 connect_timeout 5000 ms");
}

TEST(EventLineTest, LastFourAttemptsAreShown) {
  SessionEnd end = whole_session();
  for (std::uint32_t took = 0; took < 7; ++took)
    end.failed_attempts.add(
        {peer("10.0.0.11:1"), CloseReason::connect_refused, FailedAttempts::Duration(took)});
  EXPECT_EQ(line_of({{}, end}).find("failed_attempts"),
            "10.0.0.11:1 connect_refused 3 ms; 10.0.0.11:1 connect_refused 4 ms; "
            "10.0.0.11:1 connect_refused 5 ms; 10.0.0.11:1 connect_refused 6 ms");
}

TEST(EventLineTest, AbsentFieldsAreLeftOut) {
  SessionEnd end;
  end.listener = "postgres";
  end.reason = CloseReason::access_denied;
  const LogLine line = line_of({{}, end});
  for (const char* key : {"upstream", "endpoint", "client", "endpoint_local", "endpoint_address", "errno"}) {
    EXPECT_FALSE(line.find(key)) << key;
  }
  EXPECT_EQ(*line.find("reason"), "access_denied");
}

TEST(EventLineTest, PauseOfAcceptingNamesItsError) {
  const Notice notice{
      .kind = Notice::Kind::accept_backing_off, .subject = "main", .error = EMFILE, .count = 2};
  const LogLine line = line_of({{}, notice});
  EXPECT_EQ(line.kind(), EventKind::accept_backing_off);
  EXPECT_EQ(*line.find("listener"), "main");
  EXPECT_EQ(*line.find("errno"), "EMFILE");
  EXPECT_NE(line.find("msg")->find("sessions go on"), std::string::npos);
}

TEST(EventLineTest, FailedNamesSayWhy) {
  const Notice notice{
      .kind = Notice::Kind::resolve_failed, .subject = "db:1", .words = "no such name", .count = 2};
  const LogLine line = line_of({{}, notice});
  EXPECT_EQ(*line.find("endpoint"), "db:1");
  EXPECT_EQ(*line.find("error"), "no such name");
  EXPECT_FALSE(line.find("errno"));
}

TEST(EventLineTest, EveryNoticeHasSentenceAndKind) {
  for (const auto kind :
       {Notice::Kind::accept_backing_off, Notice::Kind::accept_resumed, Notice::Kind::sessions_exhausted,
        Notice::Kind::resolve_failed, Notice::Kind::resolve_changed, Notice::Kind::stop_incomplete,
        Notice::Kind::rate_exceeded, Notice::Kind::sources_forgotten, Notice::Kind::handshakes_exhausted,
        Notice::Kind::limit_tried, Notice::Kind::certificates_replaced, Notice::Kind::certificates_refused,
        Notice::Kind::zero_copy_refused, Notice::Kind::reopened, Notice::Kind::reopen_failed}) {
    const LogLine line = line_of({{}, Notice{.kind = kind, .subject = "x"}});
    ASSERT_TRUE(line.find("msg"));
    EXPECT_FALSE(line.find("msg")->empty());
    EXPECT_EQ(line.kind(), kind_of(kind));
  }
}

}  // namespace
}  // namespace duplexd
