#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <chrono>
#include <string>

namespace duplexd::duplexctl {

/// Connects to the Unix socket at `path` and waits where its backlog is full. Throws Failure.
FileDescriptor dial(const std::string& path, std::chrono::milliseconds timeout);

}  // namespace duplexd::duplexctl
