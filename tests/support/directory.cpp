#include "tests/support/directory.hpp"

#include "tests/support/peer.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace duplexd::test {

TemporaryDirectory::TemporaryDirectory()
    : path_((std::filesystem::temp_directory_path() / "duplexd-XXXXXX").string()) {
  if (!::mkdtemp(path_.data())) throw std::system_error(errno, std::generic_category(), "mkdtemp");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(std::string_view name, std::string_view text) const {
  std::ofstream(path(name)) << text;
  return path(name);
}

SocketAddress TemporaryDirectory::socket(std::string_view name) const {
  return address_of("unix:" + path(name));
}

}  // namespace duplexd::test
