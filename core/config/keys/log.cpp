// Keys of the log.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"
#include "core/config/log/session_fields.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

Spelling<LogTarget> log_target() {
  return {parse_log_target,
          [](const LogTarget& target) { return yaml_scalar(to_text(target)); },
          {"stderr, a path such as /var/log/duplexd/duplexd.log, unix:/dev/log, udp://10.0.0.2:514 or "
           "tcp://10.0.0.2:601",
           {"stderr"},
           "",
           {text_schema("^stderr$|^/.*[^/]$|^unix:.+$|^(udp|tcp)://.+:[0-9]+$")}}};
}

Spelling<std::string> syslog_tag() {
  constexpr std::size_t longest = 32;  // TAG of RFC 3164, 4.1.3
  const auto is_part = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.'; };
  return {[is_part](std::string_view text) -> Parsed<std::string> {
            if (text.empty() || text.size() > longest || !std::ranges::all_of(text, is_part))
              return ParseError{"is no tag"};
            return parsed_text(std::string(text));
          },
          yaml_scalar,
          {"1 to 32 letters, digits, _, . or -", {}, "", {text_schema("^[A-Za-z0-9_.-]{1,32}$")}}};
}

Spelling<unsigned> facility() {
  return one_of<unsigned>({{"kern", 0},      {"user", 1},    {"mail", 2},    {"daemon", 3},  {"auth", 4},
                           {"syslog", 5},    {"lpr", 6},     {"news", 7},    {"uucp", 8},    {"cron", 9},
                           {"authpriv", 10}, {"ftp", 11},    {"local0", 16}, {"local1", 17}, {"local2", 18},
                           {"local3", 19},   {"local4", 20}, {"local5", 21}, {"local6", 22}, {"local7", 23}});
}

Keys<LogOutputConfig> make_output_keys() {
  return {
      value(
          "to", &LogOutputConfig::to, log_target(), restart,
          "*stderr*, the path of a file, or a syslog server: unix:/dev/log, udp://10.0.0.2:514 or "
          "tcp://10.0.0.2:601.",
          "A file is appended to, made with mode 0640, and opened anew at SIGHUP, at a reload, and within a "
          "second after it was renamed or removed. Servers have addresses, no names."),
      value("syntax", &LogOutputConfig::syntax,
            one_of<SyslogSyntax>({{"auto", SyslogSyntax::automatic},
                                  {"rfc5424", SyslogSyntax::rfc5424},
                                  {"rfc3164", SyslogSyntax::rfc3164}}),
            restart,
            "How messages to a syslog server begin; *auto*: *rfc3164* to a Unix socket, as syslog(3) does, "
            "else *rfc5424*."),
      value("facility", &LogOutputConfig::facility, facility(), restart,
            "The facility of messages to a syslog server, as syslog(3) has them."),
      value("tag", &LogOutputConfig::tag, syslog_tag(), restart,
            "The name of the program in messages to a syslog server."),
  };
}

/// All but the first are of messages to syslog servers.
Keys<LogOutputConfig> with_owners(Keys<LogOutputConfig> keys) {
  for (auto key = keys.begin() + 1; key != keys.end(); ++key) {
    key->about.only_for = "syslog";
    key->applies = [](const LogOutputConfig& output) { return output.to.is_syslog(); };
  }
  return keys;
}

const Keys<LogOutputConfig>& output_keys() {
  static const auto keys = with_owners(make_output_keys());
  return keys;
}

Key<LogConfig> output_key() {
  auto key = maps("output", &LogConfig::outputs, output_keys(), "to",
                  "Where the log goes, one place or a list; []: standard error.",
                  "Places in a list get the same lines. They are written by one thread, so that a reader of "
                  "standard error that stops reading holds up the others; a syslog server does not.");
  for (const auto& each : output_keys()) key.below.push_back({each.about});
  return key;
}

Spelling<std::string> session_field() {
  Form form{.words = {session_fields.begin(), session_fields.end()}};
  form.expected = either_of(form.words);
  form.schema = {words_schema(form.words)};
  const auto parse = [](std::string_view text) -> Parsed<std::string> {
    if (std::ranges::find(session_fields, text) == session_fields.end())
      return ParseError{"is no field of a session's record"};
    return parsed_text(std::string(text));
  };
  return {parse, [](const std::string& field) { return field; }, std::move(form)};
}

Key<LogConfig> fields_key() {
  return list("fields", &LogConfig::fields, session_field(), live,
              "The fields of session records, such as [listener, client, reason]; []: all that there are.",
              "duplexd(8) lists them. *time*, *level*, *event* and *id* are always there, and the order is "
              "always the same.");
}

}  // namespace

Keys<LogConfig> log_keys() {
  return {
      value("level", &LogConfig::level,
            one_of<LogLevel>({{"error", LogLevel::error},
                              {"warning", LogLevel::warning},
                              {"info", LogLevel::info},
                              {"debug", LogLevel::debug}}),
            live,
            "*error*, *warning*, *info* or *debug*; each session leaves one line at *info* when it ends.",
            "Choose *warning* to log trouble only."),
      value("format", &LogConfig::format,
            one_of<LogFormat>({{"auto", LogFormat::automatic},
                               {"logfmt", LogFormat::logfmt},
                               {"json", LogFormat::json},
                               {"journald", LogFormat::journald}}),
            restart,
            "*logfmt*, *json* or *journald*; *auto*: *journald* if the service manager connected standard "
            "error to the journal, else *logfmt*.",
            "Files and syslog servers get *logfmt* unless it is *json*."),
      output_key(),
      value("empty", &LogConfig::empty, one_of<bool>({{"on", true}, {"off", false}}), live,
            "Whether clients that leave without a byte in either direction leave a record; *off*: health "
            "probes and port scanners are counted only.",
            "As *option dontlognull* of HAProxy. It is written all the same unless the client ended the "
            "session, and if an attempt to connect failed, a limit that is tried was exceeded, or the client "
            "waited a second or more for its endpoint."),
      value(
          "sample", &LogConfig::sample, number(1u, 1'000'000u), live,
          "One of so many sessions that ended well leaves a record; *1*: each.",
          "Those that did not end well leave one in any case: all but those that both peers ended in order "
          "with every byte delivered, at the first endpoint tried. The records have _sample_. The session's "
          "id decides, so that all its records are written, or none."),
      fields_key(),
      value(
          "start", &LogConfig::start, boolean(), live,
          "Whether a session leaves a record (_session_started_) when it is connected to its endpoint, too."),
      value(
          "interval", &LogConfig::interval, word_or<Duration>("off", 0ms, duration(10s, 24h)), live,
          "How often a session that lasts longer leaves a record (_session_interval_) of its bytes so far."),
      value("recent", &LogConfig::recent, word_or("off", 0u, number(1u, 10'000u)), live,
            "How many records of ended sessions are kept in memory for *duplexctl recent*, whatever the log "
            "leaves out; as many of sessions that had to wait a second or more for their endpoint.",
            "A reload that keeps fewer forgets the older ones. Where *level* is *warning* or *error*, those "
            "that ended well are not kept."),
  };
}

}  // namespace duplexd
