#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace duplexd::duplexctl::top {

/// What duplexd said of itself at one moment. Counters count from the start of its process.
struct Reading {
  struct Listener {
    std::string name{}, addresses{};
    std::uint64_t live = 0, accepted = 0, upstream_bytes = 0, downstream_bytes = 0;
    std::uint64_t refused = 0;   ///< by limits and access lists
    std::uint64_t at_limit = 0;  ///< how often accepting was paused
  };
  struct Endpoint {
    std::string upstream{}, name{}, state{};
    std::uint64_t live = 0, connected = 0, failed = 0, weight = 0;
    double connect_ms = 0;  ///< usually, at its slowest address; 0: it was not connected to
  };
  struct Worker {
    struct Bucket {
      double bound = 0;  ///< seconds
      std::uint64_t count = 0;
    };
    std::string name{};
    std::uint64_t sessions = 0, ticks = 0, buffers = 0, pipes = 0;
    double late = 0;                ///< seconds, over all ticks
    std::vector<Bucket> buckets{};  ///< ticks that were no later than the bound
  };
  struct Session {
    std::string id{}, listener{}, client{}, endpoint{}, state{};
    std::uint64_t upstream_bytes = 0, downstream_bytes = 0;
    double age_ms = 0, idle_ms = 0, stalled_ms = 0;
    std::string held_up_by{};  ///< "": nobody
  };

  std::chrono::steady_clock::time_point at{};
  std::string version{}, state{};
  std::uint64_t pid = 0, uptime = 0, generation = 0, live = 0, limit = 0;
  std::vector<Listener> listeners{};
  std::vector<Endpoint> endpoints{};
  std::vector<Worker> workers{};
  std::vector<Session> sessions{};
  bool has_all_sessions = true;
};

// From the answers of the control socket. These throw if an answer is incomplete.

Reading read_status(const boost::json::value& status);
void add_workers(Reading& reading, const boost::json::value& metrics);
void add_sessions(Reading& reading, const boost::json::value& page);

}  // namespace duplexd::duplexctl::top
