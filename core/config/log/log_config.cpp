#include "core/config/log/log_config.hpp"

namespace duplexd {
namespace {

constexpr std::string_view stderr_word = "stderr", udp_scheme = "udp://", tcp_scheme = "tcp://",
                           unix_scheme = "unix:";

Parsed<LogTarget> syslog_server_at(LogTarget::Kind kind, std::string_view text) {
  const auto address = SocketAddress::parse(text);
  const bool is_unix = kind == LogTarget::Kind::datagrams;
  if (!address || address->is_unix() != is_unix || (!is_unix && address->port() == 0))
    return ParseError{"is no address of a syslog server"};
  return LogTarget{.kind = kind, .address = *address};
}

}  // namespace

Parsed<LogTarget> parse_log_target(std::string_view text) {
  if (text == stderr_word) return LogTarget{};
  if (text.starts_with(udp_scheme))
    return syslog_server_at(LogTarget::Kind::udp, text.substr(udp_scheme.size()));
  if (text.starts_with(tcp_scheme))
    return syslog_server_at(LogTarget::Kind::tcp, text.substr(tcp_scheme.size()));
  if (text.starts_with(unix_scheme)) return syslog_server_at(LogTarget::Kind::datagrams, text);
  if (!text.starts_with('/') || text.ends_with('/')) return ParseError{"is no place for a log"};
  return LogTarget{.kind = LogTarget::Kind::file, .path = std::string(text)};
}

std::string to_text(const LogTarget& target) {
  switch (target.kind) {
    case LogTarget::Kind::standard_error:
      return std::string(stderr_word);
    case LogTarget::Kind::file:
      return target.path;
    case LogTarget::Kind::datagrams:
      return target.address.to_string();
    case LogTarget::Kind::udp:
      return std::string(udp_scheme) + target.address.to_string();
    case LogTarget::Kind::tcp:
      return std::string(tcp_scheme) + target.address.to_string();
  }
  return {};
}

}  // namespace duplexd
