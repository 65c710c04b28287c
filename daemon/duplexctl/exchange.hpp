#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace duplexd::duplexctl {

struct Reply {
  unsigned status = 0;
  std::string body;
};

/// Sends one HTTP request to the Unix socket at `path` ("@name" is abstract) and waits for the whole
/// response, for `timeout` in all. Throws Failure: EX_UNAVAILABLE if no process answers, EX_TEMPFAIL after
/// the time-out, EX_SOFTWARE for a reply that is not HTTP, EX_OSERR without a socket of our own. Throws
/// boost::system::system_error for want of other descriptors.
Reply exchange(const std::string& path, std::string_view method, std::string_view target,
               std::chrono::milliseconds timeout);

/// Connects to the Unix socket at `path`; waits at most `timeout` for room in its backlog. Throws Failure.
FileDescriptor connect_to_control(const std::string& path, std::chrono::milliseconds timeout);

}  // namespace duplexd::duplexctl
