#pragma once

#include "core/names/file_version.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace duplexd {

/// The files that something was made of, as they were then.
class TlsFiles {
 public:
  TlsFiles() = default;
  /// Those that are "" do not count. To be called before the files are read.
  explicit TlsFiles(const std::vector<std::string>& files) {
    for (const auto& file : files)
      if (!file.empty()) files_.emplace_back(file, version_of(file));
  }

  /// Whether one was replaced, written or removed since. One system call for each.
  bool changed() const noexcept {
    return std::ranges::any_of(files_,
                               [](const auto& each) { return version_of(each.first) != each.second; });
  }

 private:
  std::vector<std::pair<std::string, FileVersion>> files_;
};

}  // namespace duplexd
