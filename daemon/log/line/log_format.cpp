#include "daemon/log/line/log_format.hpp"

#include "daemon/log/line/log_text.hpp"

#include <fmt/format.h>

#include <endian.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace duplexd {
namespace {

bool is_plain(char c) noexcept { return c > ' ' && c <= '~' && c != '"' && c != '\\' && c != '='; }

void append_logfmt_field(std::string& out, std::string_view key, std::string_view value) {
  out.append(1, ' ').append(key).append(1, '=');
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
    out.append(value);
  } else {
    append_quoted(out, value);
  }
}

void append_json_field(std::string& out, const LogField& field) {
  out.append(R"(,")").append(field.key).append(R"(":)");
  if (field.is_number) {
    out.append(field.value);
  } else {
    append_quoted(out, field.value);
  }
}

void append_journal_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name);
  if (value.find('\n') == value.npos) {
    out += '=';
  } else {
    const std::uint64_t size = htole64(value.size());
    out.append(1, '\n').append(reinterpret_cast<const char*>(&size), sizeof(size));
  }
  out.append(value).append(1, '\n');
}

std::string journal_name(std::string_view key) {
  std::string name = "DUPLEXD_";
  std::transform(key.begin(), key.end(), std::back_inserter(name),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

}  // namespace

void append_event(std::string& out, const LogLine& line) {
  out.append("event=").append(traits_of(line.kind()).word);
  line.for_each_field([&](const LogField& field) { append_logfmt_field(out, field.key, field.value); });
}

void append_logfmt(std::string& out, const LogLine& line) {
  fmt::format_to(std::back_inserter(out), "time={} level={} ", to_rfc3339(line.time()),
                 to_word(traits_of(line.kind()).level));
  append_event(out, line);
  out += '\n';
}

void append_json(std::string& out, const LogLine& line) {
  fmt::format_to(std::back_inserter(out), R"({{"time":"{}","level":"{}","event":"{}")",
                 to_rfc3339(line.time()), to_word(traits_of(line.kind()).level), traits_of(line.kind()).word);
  line.for_each_field([&](const LogField& field) { append_json_field(out, field); });
  out += "}\n";
}

void append_journal(std::string& out, const LogLine& line) {
  const EventTraits& event = traits_of(line.kind());
  std::string message;
  append_event(message, line);
  append_journal_field(out, "MESSAGE", message);
  append_journal_field(out, "PRIORITY", fmt::to_string(to_syslog_priority(event.level)));
  append_journal_field(out, "SYSLOG_IDENTIFIER", "duplexd");
  append_journal_field(out, "MESSAGE_ID", event.message_id);
  append_journal_field(out, "DUPLEXD_TIME", to_rfc3339(line.time()));
  append_journal_field(out, "DUPLEXD_EVENT", event.word);
  line.for_each_field(
      [&](const LogField& field) { append_journal_field(out, journal_name(field.key), field.value); });
}

}  // namespace duplexd
