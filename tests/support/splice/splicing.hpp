#pragma once

#include "tests/support/proxy.hpp"

#include <cstddef>
#include <vector>

namespace duplexd::test {

/// The bytes in each pipe that has both ends in this process, such as those of workers.
std::vector<std::size_t> pipe_contents();
std::size_t full_pipes();  ///< those that are not empty

/// Sends bulk from one side of a session to the other until some of it has gone by pipe; fails the test if it
/// does not.
void promote(Proxy& proxy, Peer& from, Peer& to);

}  // namespace duplexd::test
