#pragma once

#include "daemon/duplexctl/top/model/reading.hpp"

#include <chrono>

namespace duplexd::duplexctl::top {

/// One of everything, of a process that has run so long.
inline Reading reading_at(std::chrono::seconds time) {
  Reading reading{.at = std::chrono::steady_clock::time_point(time), .version = "1.2.3", .state = "serving"};
  reading.pid = 7;
  reading.uptime = static_cast<std::uint64_t>(time.count());
  reading.limit = 100;
  reading.listeners = {{.name = "web", .addresses = "0.0.0.0:80", .accepted = 1000, .upstream_bytes = 5000}};
  reading.endpoints = {{.upstream = "db", .name = "10.0.0.1:5432", .state = "up", .connected = 50}};
  reading.workers = {{.name = "0", .ticks = 100}};
  reading.sessions = {{.id = "00ff", .listener = "web", .client = "192.0.2.1:5000", .downstream_bytes = 9}};
  return reading;
}

}  // namespace duplexd::duplexctl::top
