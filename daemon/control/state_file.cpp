#include "daemon/control/state_file.hpp"

#include "core/net/socket/file_descriptor.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

namespace duplexd {
namespace {

constexpr std::size_t largest_file = 16 << 20;

void or_throw(bool done) {
  if (!done) throw std::system_error(errno, std::system_category());
}

FileDescriptor open_file(const std::string& path, int flags) {
  // Does not wait for the other end of a pipe that somebody has put there.
  FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600));
  or_throw(static_cast<bool>(file));
  return file;
}

void sync(const FileDescriptor& file) { or_throw(::fsync(file.get()) == 0); }

void write_all(const FileDescriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    or_throw(written > 0);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// None: it is no file, or too large.
std::optional<std::string> read_all(const FileDescriptor& file) {
  struct stat about {};
  or_throw(::fstat(file.get(), &about) == 0);
  if (!S_ISREG(about.st_mode) || static_cast<std::size_t>(about.st_size) > largest_file) return std::nullopt;
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  or_throw(got >= 0);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

// The name stands for the old file or for the new one, also after a crash of the host (rename(2), fsync(2)).
void replace(const std::string& path, std::string_view text) {
  const std::string next = path + ".new";
  {
    const FileDescriptor file = open_file(next, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    write_all(file, text);
    sync(file);
  }
  or_throw(::rename(next.c_str(), path.c_str()) == 0);
  sync(open_file(folder_of(path), O_RDONLY | O_DIRECTORY));
}

}  // namespace

StateFile::Read StateFile::read() const {
  if (path_.empty()) return {};
  try {
    const auto text = read_all(open_file(path_, O_RDONLY));
    auto state = text ? state_of(*text) : Parsed<KeptState>(ParseError{"is no file of duplexd"});
    if (state) return {std::move(*state), ""};
    return {{}, fmt::format("{} {}", path_, state.error().what)};
  } catch (const std::system_error& error) {
    if (error.code().value() == ENOENT) return {};
    return {{}, fmt::format("{}: {}", path_, ::strerrordesc_np(error.code().value()))};
  }
}

std::string StateFile::write(const Orders& orders, const CatalogService::Lists& catalogs) const {
  try {
    replace(path_, state_text(orders, catalogs));
    return "";
  } catch (const std::system_error& error) {
    return fmt::format("{}: {}", path_, ::strerrordesc_np(error.code().value()));
  }
}

}  // namespace duplexd
