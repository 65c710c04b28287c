#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "daemon/log/log_writer.hpp"
#include "daemon/log/output/open_log.hpp"
#include "tests/support/peer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace duplexd {

struct LogPipe {
  FileDescriptor reader, writer;
};

/// Small, so that it is soon full.
inline LogPipe make_log_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  // Two pages: poll(2) calls a pipe of one full already when there is a byte in it.
  ::fcntl(ends[1], F_SETPIPE_SZ, 8192);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// Reads what comes within `limit`, or until `enough(text)`.
template <class Enough>
std::string read_until(int fd, Enough enough, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::string text;
  while (!enough(text) && std::chrono::steady_clock::now() < deadline) {
    pollfd ready{fd, POLLIN, 0};
    if (::poll(&ready, 1, 100) <= 0) continue;
    std::array<char, 65536> buffer;
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

inline std::string read_all(int fd) {
  return read_until(fd, [](const std::string&) { return false; });
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0, to; (to = text.find('\n', from)) != text.npos; from = to + 1) {
    lines.push_back(text.substr(from, to - from));
  }
  return lines;
}

using test::eventually;

inline SessionEnd session_end(std::uint32_t worker, std::uint64_t number) {
  SessionEnd end;
  end.worker = worker;
  end.id = std::uint64_t{worker} << 48 | number;
  end.listener = "main";
  return end;
}

}  // namespace duplexd
