#include "core/config/system.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace duplexd {
namespace {

using Path = System::Path;

ParseError unreadable(int error) {
  return {fmt::format("cannot be read: {}", std::generic_category().message(error))};
}

Parsed<std::string> read_some(int file, std::size_t most) {
  std::string text;
  char piece[16 * 1024];
  while (text.size() < most) {
    const auto size = ::read(file, piece, std::min(sizeof piece, most - text.size()));
    if (size == 0) break;
    if (size < 0 && errno != EINTR) return unreadable(errno);
    if (size > 0) text.append(piece, static_cast<std::size_t>(size));
  }
  return parsed_text(std::move(text));
}

/// Opens a pipe without waiting for a writer (O_NONBLOCK); reading from it waits for one.
FileDescriptor open_at_once(const Path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file) ::fcntl(file.get(), F_SETFL, O_RDONLY);
  return file;
}

Parsed<std::string> read_file(const Path& path, std::size_t most) {
  const auto file = open_at_once(path);
  return file ? read_some(file.get(), most) : unreadable(errno);
}

Parsed<std::string> read_included(const Path& path, std::size_t most) {
  const auto file = open_at_once(path);
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return unreadable(errno);
  if (!S_ISREG(status.st_mode)) return ParseError{"is not a regular file"};
  if (status.st_mode & S_IWOTH) return ParseError{"may be written by everyone; run chmod o-w on it"};
  return read_some(file.get(), most);
}

std::string without_wildcards(const std::string& folder) {
  std::string result;
  for (const char c : folder) {
    if (std::string_view("*?[\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::vector<Path> find_files(const Path& folder, const std::string& pattern) {
  const Path whole = Path(without_wildcards(folder.string())) / pattern;
  glob_t found{};
  const auto release = std::unique_ptr<glob_t, decltype(&::globfree)>(&found, &::globfree);
  if (::glob(whole.c_str(), GLOB_NOSORT, nullptr, &found) != 0) return {};
  std::vector<Path> files(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<uid_t> find_user(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  return entry ? std::optional(entry->pw_uid) : std::nullopt;
}

std::optional<gid_t> find_group(const std::string& name) {
  const ::group* entry = ::getgrnam(name.c_str());
  return entry ? std::optional(entry->gr_gid) : std::nullopt;
}

}  // namespace

System host_system(const Environment& environment) {
  return {environment, read_file, read_included, find_files, find_user, find_group};
}

}  // namespace duplexd
