#include "daemon/duplexctl/top/drawing.hpp"

#include "daemon/cli/text_units.hpp"
#include "daemon/duplexctl/top/layout.hpp"
#include "daemon/duplexctl/top/model/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace duplexd::duplexctl::top {
namespace {

constexpr std::size_t lines_around_table = 5;  // two of the head, the views, the titles, the keys

std::string first_line(const Head& head) {
  const std::chrono::seconds uptime(head.uptime);
  return fmt::format("duplexd {}  {}  up {}  generation {}", head.version, head.state,
                     head.uptime == 0 ? "0s" : to_text(uptime), head.generation);
}

std::string second_line(const Head& head) {
  return fmt::format("sessions {} of {}  new {}/s  up {}/s  down {}/s  loop lag {}", head.live, head.limit,
                     each_second(head.accepted).text, bytes_each_second(head.upstream_bytes).text,
                     bytes_each_second(head.downstream_bytes).text, head.loop_lag);
}

Line views_line(const Frame& frame, const Controls& controls) {
  Line line;
  for (std::size_t i = 0; i < view_words.size(); ++i) {
    const bool is_shown = i == static_cast<std::size_t>(controls.view);
    line.push_back({fmt::format(" {} {} ", i + 1, view_words[i]), is_shown ? Style::chosen : Style::plain});
  }
  if (!controls.filter.empty()) line.push_back({fmt::format("  filter: {}", controls.filter), Style::strong});
  if (controls.paused) line.push_back({"  PAUSED", Style::warning});
  if (!frame.head.left_out.empty() && controls.view == View::sessions)
    line.push_back({"  " + frame.head.left_out, Style::warning});
  return line;
}

Style style_of(Mark mark) noexcept {
  switch (mark) {
    case Mark::warning:
      return Style::warning;
    case Mark::bad:
      return Style::bad;
    case Mark::none:
      break;
  }
  return Style::plain;
}

std::vector<Line> help_lines(View view) {
  std::vector<Line> lines{{{"Keys", Style::strong}},
                          {{"  Tab, 1-4        sessions, listeners, endpoints, workers"}},
                          {{"  < >, left right sort by the column before, by the next one"}},
                          {{"  r               sort the other way round"}},
                          {{"  /               show only rows with a text; Esc shows all again"}},
                          {{"  space           pause, go on"}},
                          {{"  up down, PgUp PgDn, Home End"}},
                          {{"  q, Ctrl-C       quit; any other key leaves this page"}},
                          {{fmt::format("Columns of {}, and the key that sorts by each",
                                        view_words[static_cast<std::size_t>(view)]),
                            Style::strong}}};
  std::string text;
  for (const Column& column : columns_of(view)) {
    text += fmt::format("  {} {:<10}", column.letter, column.title);
    if (text.size() < 60) continue;
    lines.push_back({{std::exchange(text, "")}});
  }
  lines.push_back({{text}});
  lines.push_back({{"UP is from clients to endpoints, DOWN the other way. Rates are of the last interval."}});
  return lines;
}

std::vector<Line> table_lines(const Frame& frame, const Controls& controls, Size size) {
  const auto placed = place_columns(frame, size.columns);
  std::vector<Line> lines{heading_line(frame, placed, controls.order())};
  const std::size_t page = rows_of_page(size);
  const std::size_t last_first = frame.rows.size() - std::min(frame.rows.size(), page);
  const std::size_t first = std::min(controls.first, last_first);
  const std::size_t end = std::min(frame.rows.size(), first + page);
  for (std::size_t i = first; i < end; ++i)
    lines.push_back({{row_text(frame, placed, frame.rows[i]), style_of(frame.rows[i].mark)}});
  return lines;
}

/// What is asked or told at the bottom of the screen.
Line last_line(const Picture& picture) {
  const Controls& controls = *picture.controls;
  if (controls.typing) return {{"show rows with: " + controls.typed + "_", Style::strong}};
  if (!picture.trouble.empty()) return {{picture.trouble, Style::bad}};
  return {{"q quit  h help  Tab view  < > sort  r reverse  / filter  space pause"}};
}

void cut(Line& line, std::size_t columns) {
  for (Span& span : line) {
    const std::size_t width = width_of(span.text);
    if (width > columns) span.text = fitted(span.text, columns);
    columns -= std::min(columns, width);
  }
}

std::vector<Line> body(const Picture& picture, Size size) {
  const Controls& controls = *picture.controls;
  if (controls.help) return help_lines(controls.view);
  if (!picture.frame) return {{{picture.trouble.empty() ? "asking duplexd ..." : ""}}};
  const Frame& frame = *picture.frame;
  std::vector<Line> lines{
      {{first_line(frame.head), Style::strong}}, {{second_line(frame.head)}}, views_line(frame, controls)};
  std::ranges::move(table_lines(frame, controls, size), std::back_inserter(lines));
  return lines;
}

}  // namespace

std::size_t rows_of_page(Size size) noexcept { return size.lines - std::min(size.lines, lines_around_table); }

std::vector<Line> draw(const Picture& picture, Size size) {
  if (size.lines == 0) return {};
  std::vector<Line> lines = body(picture, size);
  lines.resize(size.lines - 1);
  lines.push_back(last_line(picture));
  for (Line& line : lines) cut(line, size.columns);
  return lines;
}

std::string plain_text(const Frame& frame, const Controls& controls) {
  const auto placed = place_all_columns(frame);
  std::string heading;
  for (const Span& span : heading_line(frame, placed, controls.order())) heading += span.text;
  std::vector<std::string> lines{first_line(frame.head), second_line(frame.head), "", heading};
  for (const Row& row : frame.rows) lines.push_back(row_text(frame, placed, row));
  std::string text;
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace duplexd::duplexctl::top
