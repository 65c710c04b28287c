#include "daemon/duplexctl/top/model/frame.hpp"

#include "daemon/duplexctl/top/controls.hpp"
#include "daemon/duplexctl/top/model/frame_json.hpp"
#include "daemon/duplexctl/top/model/rates.hpp"
#include "tests/unit/duplexctl/top/readings.hpp"

#include <gmock/gmock.h>

namespace duplexd::duplexctl::top {
namespace {

using std::chrono::seconds;

std::string text_of(const Frame& frame, std::size_t row, std::string_view key) {
  return frame.rows.at(row).cells.at(*column_named(frame.view, key)).text;
}

TEST(TopFrameTest, RatesAreDifferencesOverTime) {
  const Reading before = reading_at(seconds(10));
  Reading now = reading_at(seconds(12));
  now.listeners[0].accepted += 20;
  now.listeners[0].upstream_bytes += 4096;
  const Frame frame = frame_of(View::listeners, now, &before);
  EXPECT_EQ(frame.head.accepted, 10);
  EXPECT_EQ(frame.head.upstream_bytes, 2048);
  EXPECT_EQ(frame.head.downstream_bytes, 0);
  EXPECT_EQ(text_of(frame, 0, "accepted_rate"), "10.0");
  EXPECT_EQ(text_of(frame, 0, "upstream_rate"), "2.0K");
}

TEST(TopFrameTest, FirstReadingHasNoRates) {
  const Frame frame = frame_of(View::listeners, reading_at(seconds(10)), nullptr);
  EXPECT_EQ(frame.head.accepted, std::nullopt);
  EXPECT_EQ(frame.head.loop_lag, "-");
  EXPECT_EQ(text_of(frame, 0, "accepted_rate"), "-");
}

TEST(TopFrameTest, RestartHasNoNegativeRates) {
  const Reading before = reading_at(seconds(10));
  Reading now = reading_at(seconds(12));
  now.pid += 1;
  now.uptime = 1;
  now.listeners[0].accepted = 3;
  for (const View view : {View::sessions, View::listeners, View::endpoints, View::workers}) {
    const Frame frame = frame_of(view, now, &before);
    EXPECT_EQ(frame.head.accepted, std::nullopt);
    for (const Row& row : frame.rows) {
      for (const Cell& cell : row.cells) EXPECT_GE(cell.number.value_or(0), 0) << cell.text;
    }
  }
}

TEST(TopFrameTest, CounterGoingBackHasNoRate) {
  const Reading before = reading_at(seconds(10));
  Reading now = reading_at(seconds(12));
  now.listeners[0].accepted -= 1;
  EXPECT_EQ(text_of(frame_of(View::listeners, now, &before), 0, "accepted_rate"), "-");
}

TEST(TopFrameTest, SessionsAreFollowedByTheirId) {
  Reading before = reading_at(seconds(10));
  Reading now = reading_at(seconds(12));
  before.sessions = {{.id = "a", .downstream_bytes = 100, .age_ms = 9000}};
  now.sessions = {{.id = "new", .downstream_bytes = 500, .age_ms = 1000},
                  {.id = "a", .downstream_bytes = 300, .age_ms = 11000},
                  {.id = "missed", .downstream_bytes = 300, .age_ms = 11000}};
  const Frame frame = frame_of(View::sessions, now, &before);
  EXPECT_EQ(text_of(frame, 0, "downstream_rate"), "250");
  EXPECT_EQ(text_of(frame, 1, "downstream_rate"), "100");
  EXPECT_EQ(text_of(frame, 2, "downstream_rate"), "-");
}

TEST(TopFrameTest, LagIsOfTheLastTicks) {
  Reading before = reading_at(seconds(10));
  Reading now = reading_at(seconds(12));
  before.workers[0] = {.name = "0", .ticks = 100, .late = 0.05, .buckets = {{0.001, 90}, {0.005, 100}}};
  now.workers[0] = {.name = "0", .ticks = 120, .late = 0.07, .buckets = {{0.001, 110}, {0.005, 120}}};
  const Frame frame = frame_of(View::workers, now, &before);
  EXPECT_EQ(text_of(frame, 0, "lag_ms"), "1.00 ms");
  EXPECT_EQ(text_of(frame, 0, "worst_lag_ms"), "< 1 ms");
  EXPECT_EQ(frame.head.loop_lag, "< 1 ms");
  now.workers[0].buckets[0].count = 100;
  EXPECT_EQ(frame_of(View::workers, now, &before).head.loop_lag, "< 5 ms");
  now.workers[0].buckets[1].count = 119;
  EXPECT_EQ(frame_of(View::workers, now, &before).head.loop_lag, "too long");
}

TEST(TopFrameTest, FiguresFitNarrowColumns) {
  EXPECT_EQ(short_bytes(1023), "1023");
  EXPECT_EQ(short_bytes(1024), "1.0K");
  EXPECT_EQ(short_bytes(99.96 * 1024), "100K");
  EXPECT_EQ(short_bytes(999.6 * 1024), "1.0M");
  EXPECT_EQ(short_bytes(1e19), "8.7E");
  EXPECT_EQ(time_in_ms(999).text, "999ms");
  EXPECT_EQ(time_in_ms(59'000).text, "59s");
  EXPECT_EQ(time_in_ms(3'661'000).text, "1h1m");
  EXPECT_EQ(time_in_ms(90'000'000).text, "1d1h");
}

TEST(TopFrameTest, JsonHasKeysOfTheColumns) {
  const Reading reading = reading_at(seconds(10));
  for (const View view : {View::sessions, View::listeners, View::endpoints, View::workers}) {
    const boost::json::object json = frame_json(frame_of(view, reading, nullptr));
    EXPECT_TRUE(json.at("accepted_rate").is_null());
    const boost::json::object& row = json.at("rows").at(0).as_object();
    EXPECT_EQ(row.size(), columns_of(view).size());
    for (const Column& column : columns_of(view))
      EXPECT_TRUE(row.contains({column.key.data(), column.key.size()})) << column.key;
  }
}

}  // namespace
}  // namespace duplexd::duplexctl::top
