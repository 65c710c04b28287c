#include "daemon/duplexctl/top/screen.hpp"

#include "daemon/process.hpp"

// Macros of curses.h would have common names.
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace duplexd::duplexctl::top {
namespace {

constexpr int escape_delay_ms = 25;
constexpr short warning_colours = 1, bad_colours = 2;

Failure no_terminal(const std::string& why) {
  return {EX_USAGE,
          "duplexctl: error: top " + why + ": --batch writes its frames as text, without a terminal\n"};
}

std::string terminal_name() {
  const char* const name = std::getenv("TERM");
  return name ? name : "";
}

bool wants_colours() {
  const char* const no_colour = std::getenv("NO_COLOR");  // https://no-color.org
  return !no_colour || *no_colour == '\0';
}

bool has_colours() { return has_colors() && wants_colours(); }

attr_t attributes_of(Style style) {
  switch (style) {
    case Style::strong:
      return A_BOLD;
    case Style::heading:
      return A_REVERSE;
    case Style::chosen:
      return A_REVERSE | A_BOLD;
    case Style::warning:
      return has_colours() ? static_cast<attr_t>(COLOR_PAIR(warning_colours)) : A_BOLD;
    case Style::bad:
      return has_colours() ? static_cast<attr_t>(COLOR_PAIR(bad_colours)) | A_BOLD : A_BOLD;
    case Style::plain:
      break;
  }
  return A_NORMAL;
}

Key key_of(int code) {
  using K = Key::Kind;
  switch (code) {
    case '\t':
      return {K::tab};
    case KEY_BTAB:
      return {K::back_tab};
    case '\r':
    case '\n':
    case KEY_ENTER:
      return {K::enter};
    case 27:
      return {K::escape};
    case 8:
    case 127:
    case KEY_BACKSPACE:
      return {K::backspace};
    case KEY_LEFT:
      return {K::left};
    case KEY_RIGHT:
      return {K::right};
    case KEY_UP:
      return {K::up};
    case KEY_DOWN:
      return {K::down};
    case KEY_PPAGE:
      return {K::page_up};
    case KEY_NPAGE:
      return {K::page_down};
    case KEY_HOME:
      return {K::home};
    case KEY_END:
      return {K::end};
    default:
      break;
  }
  return code >= ' ' && code < 127 ? Key{K::character, static_cast<char>(code)} : Key{K::other};
}

}  // namespace

Screen::Screen() {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) throw no_terminal("needs a terminal");
  std::setlocale(LC_CTYPE, "");
  screen_ = terminal_name().empty() ? nullptr : newterm(nullptr, stdout, stdin);
  if (!screen_) throw no_terminal("does not know the terminal '" + terminal_name() + "' (TERM)");
  cbreak();
  noecho();
  nonl();
  keypad(stdscr, true);
  nodelay(stdscr, true);
  set_escdelay(escape_delay_ms);
  curs_set(0);
  prepare_colours();
}

void Screen::prepare_colours() {
  if (!has_colours() || start_color() == ERR) return;
  const short behind = use_default_colors() == OK ? short{-1} : short{COLOR_BLACK};
  init_pair(warning_colours, COLOR_YELLOW, behind);
  init_pair(bad_colours, COLOR_RED, behind);
}

Screen::~Screen() {
  curs_set(1);
  endwin();
  delscreen(static_cast<SCREEN*>(screen_));
}

Size Screen::size() const {
  return {.columns = static_cast<std::size_t>(getmaxx(stdscr)),
          .lines = static_cast<std::size_t>(getmaxy(stdscr))};
}

void Screen::follow_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    resizeterm(size.ws_row, size.ws_col);
}

void Screen::show(const std::vector<Line>& lines) {
  werase(stdscr);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    wmove(stdscr, static_cast<int>(i), 0);
    for (const Span& span : lines[i]) {
      wattrset(stdscr, static_cast<int>(attributes_of(span.style)));
      waddnstr(stdscr, span.text.data(), static_cast<int>(span.text.size()));
    }
  }
  wrefresh(stdscr);
}

std::optional<Key> Screen::next_key() {
  const int code = wgetch(stdscr);
  return code == ERR ? std::nullopt : std::optional(key_of(code));
}

}  // namespace duplexd::duplexctl::top
