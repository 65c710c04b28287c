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
/// response, for `timeout` in all. Throws Failure: EX_UNAVAILABLE where nobody is reached, EX_TEMPFAIL if it
/// takes too long, EX_SOFTWARE for something that is no HTTP.
Reply exchange(const std::string& path, std::string_view method, std::string_view target,
               std::chrono::milliseconds timeout);

/// Connects to the Unix socket at `path` and waits where its backlog is full. Throws Failure.
FileDescriptor dial(const std::string& path, std::chrono::milliseconds timeout);

}  // namespace duplexd::duplexctl
