#include "daemon/duplexctl/top/drawing.hpp"

#include "daemon/duplexctl/top/layout.hpp"
#include "tests/unit/duplexctl/top/readings.hpp"

#include <gmock/gmock.h>

namespace duplexd::duplexctl::top {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of_line(const Line& line) {
  std::string text;
  for (const Span& span : line) text += span.text;
  return text;
}

std::string screen_of(const Picture& picture, Size size) {
  std::string text;
  for (const Line& line : draw(picture, size)) text += text_of_line(line) + '\n';
  return text;
}

class TopDrawingTest : public testing::Test {
 protected:
  Frame frame_of_view(View view) {
    controls_.view = view;
    return frame_of(view, reading_, nullptr);
  }

  Reading reading_ = reading_at(std::chrono::seconds(10));
  Controls controls_ = initial_controls();
};

TEST_F(TopDrawingTest, ScreenIsFilledAndNotExceeded) {
  for (const View view : {View::sessions, View::listeners, View::endpoints, View::workers}) {
    const Frame frame = frame_of_view(view);
    for (const Size size : {Size{80, 24}, Size{120, 40}, Size{20, 3}, Size{1, 1}, Size{300, 10}}) {
      for (const bool help : {false, true}) {
        controls_.help = help;
        const auto lines = draw({.frame = &frame, .controls = &controls_}, size);
        EXPECT_EQ(lines.size(), size.lines);
        for (const Line& line : lines) EXPECT_LE(width_of(text_of_line(line)), size.columns);
      }
    }
  }
}

TEST_F(TopDrawingTest, WiderScreensHaveMoreColumns) {
  const Frame frame = frame_of_view(View::sessions);
  const Picture picture{.frame = &frame, .controls = &controls_};
  EXPECT_THAT(screen_of(picture, {80, 24}), HasSubstr("CLIENT"));
  EXPECT_THAT(screen_of(picture, {80, 24}), HasSubstr("HELD UP BY"));
  EXPECT_THAT(screen_of(picture, {80, 24}), Not(HasSubstr("ENDPOINT")));
  EXPECT_THAT(screen_of(picture, {100, 24}), HasSubstr("ENDPOINT"));
  EXPECT_THAT(screen_of(picture, {150, 24}), HasSubstr("00ff"));
}

TEST_F(TopDrawingTest, SortedColumnIsMarked) {
  const Frame frame = frame_of_view(View::sessions);
  EXPECT_THAT(screen_of({.frame = &frame, .controls = &controls_}, {80, 24}), HasSubstr("DOWN/sv"));
  press(controls_, {Key::Kind::character, 'r'}, 10);
  EXPECT_THAT(screen_of({.frame = &frame, .controls = &controls_}, {80, 24}), HasSubstr("DOWN/s^"));
}

TEST_F(TopDrawingTest, LastPageIsFull) {
  for (int i = 0; i < 50; ++i) reading_.sessions.push_back({.client = "client-" + std::to_string(i)});
  const Frame frame = frame_of_view(View::sessions);
  press(controls_, {Key::Kind::end}, 19);
  const std::string screen = screen_of({.frame = &frame, .controls = &controls_}, {80, 24});
  EXPECT_THAT(screen, HasSubstr("client-49"));
  EXPECT_THAT(screen, HasSubstr("client-31"));
  EXPECT_THAT(screen, Not(HasSubstr("client-30")));
}

TEST_F(TopDrawingTest, TroubleLeavesTheLastFrame) {
  const Frame frame = frame_of_view(View::listeners);
  const std::string screen = screen_of(
      {.frame = &frame, .controls = &controls_, .trouble = "duplexd does not answer: gone"}, {80, 24});
  EXPECT_THAT(screen, HasSubstr("duplexd does not answer: gone"));
  EXPECT_THAT(screen, HasSubstr("0.0.0.0:80"));
}

TEST_F(TopDrawingTest, TooLongTextIsCut) {
  EXPECT_EQ(fitted("abcdef", 4), "abc~");
  EXPECT_EQ(fitted("\xC3\xA4\xC3\xB6\xC3\xBC", 2), "\xC3\xA4~");
  EXPECT_EQ(fitted("ab", 4), "ab  ");
  EXPECT_EQ(fitted("ab", 4, true), "  ab");
  EXPECT_EQ(fitted("ab", 0), "");
}

TEST_F(TopDrawingTest, BatchHasEveryColumnAndRow) {
  for (int i = 0; i < 500; ++i) reading_.sessions.push_back({.id = "last-" + std::to_string(i)});
  const std::string text = plain_text(frame_of_view(View::sessions), controls_);
  EXPECT_THAT(text, HasSubstr("STATE"));
  EXPECT_THAT(text, HasSubstr("last-499"));
  EXPECT_THAT(text, Not(HasSubstr(" \n")));
}

}  // namespace
}  // namespace duplexd::duplexctl::top
