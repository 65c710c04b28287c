#pragma once

#include "tests/bench/arguments.hpp"

#include <netinet/in.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace duplexd::bench {

/// Whether clients speak TLS, and how each begins.
enum class Tls { none, full, resumed };

/// The checked command line.
struct Plan {
  sockaddr_in to;
  std::size_t sessions;
  double rate;          ///< new sessions a second; 0: each as soon as one has ended
  double seconds;       ///< of the window
  double warm_up;       ///< seconds before it
  std::uint64_t count;  ///< of units, after which the window ends; 0: it lasts `seconds`
  std::size_t bytes;    ///< of a message
  std::vector<pid_t> cpu_of;
  Tls tls;
};

/// Throws std::runtime_error with the text for the user.
Plan read_plan(const Arguments& arguments);

}  // namespace duplexd::bench
