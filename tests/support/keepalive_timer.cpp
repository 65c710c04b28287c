#include "tests/support/keepalive_timer.hpp"

#include <cstdio>
#include <fstream>
#include <string>

namespace duplexd::test {

bool has_keepalive_timer(std::uint16_t local, std::uint16_t remote) {
  std::ifstream table("/proc/self/net/tcp");
  for (std::string line; std::getline(table, line);) {
    unsigned from = 0;
    unsigned to = 0;
    unsigned timer = 0;
    const bool read =
        std::sscanf(line.c_str(), " %*d: %*x:%x %*x:%x %*x %*x:%*x %x:", &from, &to, &timer) == 3;
    if (read && from == local && to == remote) return timer == 2;
  }
  return false;
}

}  // namespace duplexd::test
