#pragma once

#include "core/net/address/address.hpp"

#include <string>
#include <string_view>

namespace duplexd::test {

/// A directory of the test, removed with its content.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  /// Writes a file anew; its path.
  std::string write(std::string_view name, std::string_view text) const;
  SocketAddress socket(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace duplexd::test
