#include "daemon/log/line/log_text.hpp"

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

#include <string.h>
#include <syslog.h>

#include <chrono>
#include <iterator>

namespace duplexd {
namespace {

namespace utf = boost::locale::utf;

bool is_unprintable(utf::code_point c) noexcept {
  const auto is_in = [c](utf::code_point first, utf::code_point last) { return c >= first && c <= last; };
  return is_in(0x00, 0x1f) || is_in(0x7f, 0x9f) ||        // controls
         is_in(0x2028, 0x2029) ||                         // line and paragraph separator
         is_in(0x202a, 0x202e) || is_in(0x2066, 0x2069);  // changes of the writing direction
}

void append_code_point(std::string& out, utf::code_point c, std::string_view bytes) {
  if (c == '"' || c == '\\') {
    out.append(1, '\\').append(bytes);
  } else if (is_unprintable(c)) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
  } else {
    out.append(bytes);
  }
}

}  // namespace

std::string to_rfc3339(LogTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

int to_syslog_priority(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::error:
      return LOG_ERR;
    case LogLevel::warning:
      return LOG_WARNING;
    case LogLevel::info:
      return LOG_INFO;
    case LogLevel::debug:
      return LOG_DEBUG;
  }
  return LOG_INFO;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (auto at = text.begin(); at != text.end();) {
    const auto from = at;
    const utf::code_point c = utf::utf_traits<char>::decode(at, text.end());
    if (utf::is_valid_codepoint(c)) {
      append_code_point(out, c, {from, at});
    } else {
      at = from + 1;
      fmt::format_to(std::back_inserter(out), "\\\\x{:02x}", static_cast<unsigned char>(*from));
    }
  }
  out += '"';
}

std::string errno_name(int error) {
  const char* const name = ::strerrorname_np(error);
  return name ? name : std::to_string(error);
}

}  // namespace duplexd
