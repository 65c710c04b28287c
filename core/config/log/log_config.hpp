#pragma once

#include "core/net/address/address.hpp"
#include "core/net/address/parsed.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

enum class LogLevel : std::uint8_t { error, warning, info, debug };
enum class LogFormat : std::uint8_t {
  automatic,  ///< journald's fields when the service manager connected stderr to the journal, else logfmt
  logfmt,
  json,
  journald,
};

/// Where lines of the log go.
struct LogTarget {
  enum class Kind : std::uint8_t { standard_error, file, datagrams, udp, tcp };
  Kind kind = Kind::standard_error;
  std::string path{};       ///< of a file; absolute
  SocketAddress address{};  ///< of a syslog server

  bool is_syslog() const noexcept { return kind >= Kind::datagrams; }
  bool operator==(const LogTarget&) const = default;
};

/// "stderr", "/var/log/x.log", "unix:/dev/log", "udp://10.0.0.2:514" or "tcp://10.0.0.2:601".
Parsed<LogTarget> parse_log_target(std::string_view text);
std::string to_text(const LogTarget& target);  ///< what it reads

/// The head of a message to a syslog server.
enum class SyslogSyntax : std::uint8_t {
  automatic,  ///< rfc3164 over a Unix socket, as syslog(3) writes it, else rfc5424
  rfc5424,
  rfc3164,
};

struct LogOutputConfig {
  LogTarget to{};
  SyslogSyntax syntax = SyslogSyntax::automatic;
  unsigned facility = 3;  ///< by the numbers of RFC 5424, 6.2.1
  std::string tag = "duplexd";
  bool operator==(const LogOutputConfig&) const = default;
};

struct LogConfig {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::automatic;
  std::vector<LogOutputConfig> outputs{};  ///< empty: standard error
  bool empty = true;                       ///< clients that leave without a byte are recorded, too
  unsigned sample = 1;                     ///< one of so many sessions that ended well is recorded
  std::vector<std::string> fields{};       ///< of session_fields, for records of sessions; empty: all
  bool start = false;                      ///< sessions are recorded when they begin to relay, too
  std::chrono::milliseconds interval{0};   ///< ... and so often while they last; 0: never
  unsigned recent = 512;                   ///< records kept in memory; 0: none
  bool operator==(const LogConfig&) const = default;
};

}  // namespace duplexd
