#pragma once

#include "tests/support/proxy.hpp"

#include <cstddef>
#include <vector>

namespace duplexd::test {

/// What waits in each pipe that has both its ends in this process, as those of its workers have.
std::vector<std::size_t> pipe_contents();
std::size_t full_pipes();  ///< of those, the ones that are not empty

/// Sends bulk from one side of a session to the other until some of it has gone by pipe; fails the test if it
/// does not.
void promote(Proxy& proxy, Peer& from, Peer& to);

}  // namespace duplexd::test
