#pragma once

#include "core/config/edge/tls_config.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace duplexd {

/// What is asked of an endpoint to learn whether it serves.
enum class CheckType : std::uint8_t {
  off,
  tcp,       ///< it accepts a connection
  tls,       ///< it completes a TLS handshake
  exchange,  ///< it answers as CheckConfig::steps expect
  http,
  https,
  redis,
  postgres,
  mysql,
  smtp,
  ldap,
};

/// What a text has to look like.
struct TextMatch {
  enum class How : std::uint8_t {
    anything,
    prefix,
    contains,
    regex,  ///< matches somewhere; the syntax of RE2
  };
  How how = How::anything;
  std::string text;
  bool operator==(const TextMatch&) const = default;
};

/// One step of an exchange: bytes to send, or what the endpoint has to answer to all that was sent so far.
struct ExchangeStep {
  bool sends = false;
  TextMatch bytes;  ///< of a step that sends: its `text`
  bool operator==(const ExchangeStep&) const = default;
};

/// Status codes of HTTP, both ends included.
struct StatusRange {
  unsigned first = 200;
  unsigned last = 399;
  bool operator==(const StatusRange&) const = default;
};

struct HttpHeader {
  std::string name, value;
  bool operator==(const HttpHeader&) const = default;
};

struct HttpCheck {
  std::string method = "GET";
  std::string path = "/";
  std::string host;  ///< the Host header; "": the endpoint as its name is written
  std::vector<HttpHeader> headers;
  std::vector<StatusRange> statuses{StatusRange{}};  ///< one of them has to be answered
  TextMatch body;
  bool operator==(const HttpCheck&) const = default;
};

/// The role that a Redis has to have.
enum class RedisRole : std::uint8_t { any, master, replica };

/// The active check of the endpoints of an upstream. Members that are no part of the type's protocol are not
/// used.
struct CheckConfig {
  using Duration = std::chrono::milliseconds;

  CheckType type = CheckType::off;
  std::uint16_t port = 0;     ///< 0: that of the endpoint
  Duration interval{2'000};   ///< from the begin of one check to that of the next
  Duration interval_down{0};  ///< the same while the endpoint is down; 0: as `interval`
  unsigned jitter = 10;       ///< percent by which an interval is longer or shorter at random
  Duration timeout{2'000};    ///< of a check as a whole
  unsigned rise = 2;          ///< checks in a row that have to pass until a down endpoint is up
  unsigned fall = 3;          ///< checks in a row that have to fail until an up endpoint is down
  TlsConfig tls{};            ///< of tls and https
  HttpCheck http{};           ///< of http and https
  RedisRole role = RedisRole::any;
  std::string user{};      ///< of redis, postgres and mysql; "": none, `duplexd` for postgres
  std::string password{};  ///< of redis; "": none
  std::string database{};  ///< of postgres; "": that of the user's name
  std::vector<ExchangeStep> steps{};
  bool operator==(const CheckConfig&) const = default;
};

}  // namespace duplexd
