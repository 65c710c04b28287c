#include "daemon/duplexctl/top/controls.hpp"

#include "tests/unit/duplexctl/top/readings.hpp"

#include <gmock/gmock.h>

#include <set>

namespace duplexd::duplexctl::top {
namespace {

using testing::ElementsAre;

constexpr std::size_t page_of_rows = 10;

void press_all(Controls& controls, std::string_view characters) {
  for (const char each : characters) press(controls, {Key::Kind::character, each}, page_of_rows);
}
void press_one(Controls& controls, Key::Kind kind) { press(controls, {kind}, page_of_rows); }

std::string_view ordered_by(const Controls& controls) {
  return columns_of(controls.view)[controls.order().column].key;
}

Frame frame_with(const std::vector<std::pair<std::string, double>>& sessions) {
  Reading reading = reading_at(std::chrono::seconds(10));
  reading.sessions.clear();
  for (const auto& [client, age] : sessions) reading.sessions.push_back({.client = client, .age_ms = age});
  return frame_of(View::sessions, reading, nullptr);
}

std::vector<std::string> clients_of(const Frame& frame) {
  std::vector<std::string> clients;
  for (const Row& row : frame.rows) clients.push_back(row.cells[*column_named(frame.view, "client")].text);
  return clients;
}

TEST(TopControlsTest, TabAndDigitsChangeTheView) {
  Controls controls = initial_controls();
  press_one(controls, Key::Kind::tab);
  EXPECT_EQ(controls.view, View::listeners);
  press_one(controls, Key::Kind::back_tab);
  press_one(controls, Key::Kind::back_tab);
  EXPECT_EQ(controls.view, View::workers);
  press_all(controls, "3");
  EXPECT_EQ(controls.view, View::endpoints);
}

TEST(TopControlsTest, LettersSortAndReverseTurns) {
  Controls controls = initial_controls();
  EXPECT_EQ(ordered_by(controls), "downstream_rate");
  press_all(controls, "a");
  EXPECT_EQ(ordered_by(controls), "age");
  EXPECT_TRUE(controls.order().descending);
  press_all(controls, "r");
  EXPECT_FALSE(controls.order().descending);
  press_all(controls, "c");
  EXPECT_EQ(ordered_by(controls), "client");
  EXPECT_FALSE(controls.order().descending);
  press_all(controls, "<<");
  EXPECT_EQ(ordered_by(controls), "held_up_by");
  press_all(controls, ">");
  EXPECT_EQ(ordered_by(controls), "id");
}

TEST(TopControlsTest, EachLetterHasOneMeaning) {
  for (std::size_t view = 0; view < view_words.size(); ++view) {
    std::set<char> letters{'q', 'h', 'r'};
    for (const Column& column : columns_of(static_cast<View>(view)))
      EXPECT_TRUE(letters.insert(column.letter).second) << column.key;
  }
}

TEST(TopControlsTest, FilterIsTypedAndTakenBack) {
  Controls controls = initial_controls();
  press_all(controls, "/webq");
  press_one(controls, Key::Kind::backspace);
  EXPECT_TRUE(controls.typing);
  EXPECT_EQ(controls.filter, "");
  press_one(controls, Key::Kind::enter);
  EXPECT_EQ(controls.filter, "web");
  EXPECT_FALSE(controls.typing || controls.quit);
  press_one(controls, Key::Kind::escape);
  EXPECT_EQ(controls.filter, "");
}

TEST(TopControlsTest, HelpLeavesByAnyKey) {
  Controls controls = initial_controls();
  press_all(controls, "?");
  EXPECT_TRUE(controls.help);
  press_all(controls, "2");
  EXPECT_FALSE(controls.help);
  EXPECT_EQ(controls.view, View::sessions);
}

TEST(TopControlsTest, PagesMoveByTheirRows) {
  Controls controls = initial_controls();
  press_one(controls, Key::Kind::page_up);
  EXPECT_EQ(controls.first, 0u);
  press_one(controls, Key::Kind::page_down);
  press_one(controls, Key::Kind::down);
  EXPECT_EQ(controls.first, page_of_rows + 1);
  press_one(controls, Key::Kind::home);
  EXPECT_EQ(controls.first, 0u);
}

TEST(TopControlsTest, RowsAreSortedByNumber) {
  Frame frame = frame_with({{"x", 900}, {"y", 10'000}, {"z", 2'000}});
  Controls controls = initial_controls();
  sort_by(controls, *column_named(View::sessions, "age"));
  arrange(frame, controls);
  EXPECT_THAT(clients_of(frame), ElementsAre("y", "z", "x"));
  controls.orders[0].descending = false;
  arrange(frame, controls);
  EXPECT_THAT(clients_of(frame), ElementsAre("x", "z", "y"));
}

TEST(TopControlsTest, FilterKeepsRowsWithItsText) {
  Frame frame = frame_with({{"10.0.0.1:80", 1}, {"[FE80::1]:80", 1}, {"10.0.0.2:80", 1}});
  Controls controls = initial_controls();
  controls.filter = "fe80";
  arrange(frame, controls);
  EXPECT_THAT(clients_of(frame), ElementsAre("[FE80::1]:80"));
}

}  // namespace
}  // namespace duplexd::duplexctl::top
