#include "tests/support/splice/splicing.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <string>

namespace duplexd::test {

std::vector<std::size_t> pipe_contents() {
  std::map<std::string, std::array<int, 2>> ends;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code closed_meanwhile;
    const std::string what = std::filesystem::read_symlink(entry, closed_meanwhile).string();
    const int fd = std::stoi(entry.path().filename());
    if (what.starts_with("pipe:")) ends[what][(::fcntl(fd, F_GETFL) & O_WRONLY) != 0] = fd;
  }
  std::vector<std::size_t> contents;
  for (const auto& [pipe, fds] : ends) {
    int bytes = 0;
    if (fds[0] > 0 && fds[1] > 0 && ::ioctl(fds[0], FIONREAD, &bytes) == 0)
      contents.push_back(static_cast<std::size_t>(bytes));
  }
  return contents;
}

std::size_t full_pipes() {
  const auto contents = pipe_contents();
  return contents.size() - static_cast<std::size_t>(std::ranges::count(contents, 0u));
}

void promote(Proxy& proxy, Peer& from, Peer& to) {
  const std::uint64_t before = proxy.listener().spliced_bytes;
  const std::string bytes = pattern(4 << 20);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (proxy.listener().spliced_bytes == before && std::chrono::steady_clock::now() < deadline) {
    auto sent = std::async(std::launch::async, [&] { from.send(bytes); });
    EXPECT_TRUE(to.receive(bytes.size()) == bytes);
    sent.get();
  }
  ASSERT_GT(proxy.listener().spliced_bytes, before) << "it is copied, however much comes";
}

}  // namespace duplexd::test
