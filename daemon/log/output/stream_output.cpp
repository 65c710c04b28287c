#include "daemon/log/output/stream_output.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace duplexd {
namespace {

constexpr std::size_t file_batch = 65'536;

bool is_file(int fd) noexcept {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/// Returns what was not written, because it failed.
std::string_view write_to_file(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR) break;
  }
  return text;
}

}  // namespace

StreamOutput::StreamOutput(int fd, Format format, const Patience& patience)
    : fd_(fd), is_file_(is_file(fd)), format_(format), patience_(patience) {}

std::size_t StreamOutput::put(const LogLine& line) {
  const std::size_t before = pending_.size();
  format_(pending_, line);
  return pending_.size() <= (is_file_ ? file_batch : PIPE_BUF) ? 0 : write_first(before);
}

std::size_t StreamOutput::flush() { return write_first(pending_.size()); }

void StreamOutput::go_on_with(int fd) noexcept {
  fd_ = fd;
  is_file_ = is_file(fd);
  torn_ = false;
}

std::string_view StreamOutput::write(std::string_view text) const noexcept {
  return is_file_ ? write_to_file(fd_, text) : write_all(fd_, text, patience_);
}

std::size_t StreamOutput::write_first(std::size_t size) {
  const std::string_view lines(pending_.data(), size);
  if (torn_ && size > 0) torn_ = !write("\n").empty();
  const std::string_view left = torn_ ? lines : write(lines);
  if (left.size() < lines.size()) torn_ = lines[lines.size() - left.size() - 1] != '\n';
  const auto lost = std::count(left.begin(), left.end(), '\n');
  pending_.erase(0, size);
  return static_cast<std::size_t>(lost);
}

}  // namespace duplexd
