#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace duplexd {

/// Tells contents of a file apart without reading them, also where the file is replaced.
struct FileVersion {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t seconds = 0;  ///< of the last change of the contents
  std::int64_t nanoseconds = 0;

  friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

/// All zero if the file cannot be asked.
inline FileVersion version_of(const std::string& file) noexcept {
  struct ::stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

}  // namespace duplexd
