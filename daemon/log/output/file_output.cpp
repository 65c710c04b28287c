#include "daemon/log/output/file_output.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace duplexd {
namespace {

constexpr mode_t mode_of_new_file = 0640;
constexpr std::chrono::seconds between_looks{1};

// Nobody is waited for where the path is that of a pipe. errno says why there is none.
FileDescriptor open_to_append(const std::string& path) noexcept {
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  return FileDescriptor(::open(path.c_str(), flags, mode_of_new_file));
}

FileDescriptor open_first(const std::string& path) {
  FileDescriptor file = open_to_append(path);
  if (!file) throw std::system_error(errno, std::generic_category(), "log file " + path);
  return file;
}

}  // namespace

FileOutput::FileOutput(std::string path, StreamOutput::Format format, const Patience& patience)
    : path_(std::move(path)), file_(open_first(path_)), lines_(file_.get(), format, patience) {}

// That lines were dropped is told where they are missing: not in the old file.
std::size_t FileOutput::put(const LogLine& line) {
  const std::size_t lost_before = look();
  if (error_ == 0) return lost_before + lines_.put(line);
  if (line.kind() != EventKind::dropped) (void)lines_.put(line);
  return lost_before + 1;
}

std::size_t FileOutput::flush() {
  const std::size_t lost_before = look();
  const std::size_t unwritten = lines_.flush();
  return lost_before + (error_ == 0 ? unwritten : 0);
}

std::size_t FileOutput::reopen() {
  next_look_ = Clock::now() + between_looks;
  return renew(look_at_path());
}

// Before lines are written, so that none goes to a file that was moved away long ago.
std::size_t FileOutput::look() {
  if (Clock::now() < next_look_) return 0;
  next_look_ = Clock::now() + between_looks;
  const AtPath found = look_at_path();
  if (found == AtPath::ours) error_ = 0;
  const bool is_due = found == AtPath::another || error_ != 0;
  return is_due ? renew(found) : 0;
}

/// Goes over to what is at the path. What waits goes there, too, unless it was counted as lost.
std::size_t FileOutput::renew(AtPath before) {
  if (error_ != 0) (void)lines_.flush();
  if (FileDescriptor file = open_to_append(path_)) {
    lines_.go_on_with(file.get());
    file_ = std::move(file);
    error_ = 0;
    return 0;
  }
  const bool failed_before = std::exchange(error_, before == AtPath::ours ? 0 : errno) != 0;
  return failed_before ? 0 : lines_.flush();
}

FileOutput::AtPath FileOutput::look_at_path() const noexcept {
  struct stat at_path {
  }, opened{};
  if (::stat(path_.c_str(), &at_path) != 0)
    return errno == ENOENT || errno == ENOTDIR ? AtPath::another : AtPath::unknown;
  if (::fstat(file_.get(), &opened) != 0) return AtPath::unknown;
  const bool is_ours = at_path.st_dev == opened.st_dev && at_path.st_ino == opened.st_ino;
  return is_ours ? AtPath::ours : AtPath::another;
}

}  // namespace duplexd
