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

}  // namespace

FileOutput::FileOutput(std::string path, StreamOutput::Format format, const Patience& patience)
    : path_(std::move(path)), format_(format), patience_(patience) {
  if (const int error = open()) throw std::system_error(error, std::generic_category(), "log file " + path_);
}

std::size_t FileOutput::flush() {
  const std::size_t lost = lines_->flush();
  if (Clock::now() < next_look_) return lost;
  next_look_ = Clock::now() + between_looks;
  if (was_moved()) (void)open();
  return lost;
}

std::size_t FileOutput::reopen() {
  const std::size_t lost = lines_->flush();
  (void)open();
  return lost;
}

// Nobody is waited for where the path is that of a pipe.
int FileOutput::open() noexcept {
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  FileDescriptor file(::open(path_.c_str(), flags, mode_of_new_file));
  if (!file) return errno;
  file_ = std::move(file);
  lines_.emplace(file_.get(), format_, patience_);
  return 0;
}

bool FileOutput::was_moved() const noexcept {
  struct stat at_path {
  }, opened{};
  if (::stat(path_.c_str(), &at_path) != 0) return errno == ENOENT;
  if (::fstat(file_.get(), &opened) != 0) return true;
  return at_path.st_dev != opened.st_dev || at_path.st_ino != opened.st_ino;
}

}  // namespace duplexd
