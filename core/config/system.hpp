#pragma once

#include "core/config/loader.hpp"
#include "core/net/address/parsed.hpp"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// Everything that reading a configuration needs from the machine. Tests and the fuzzer make their own.
struct System {
  using Path = std::filesystem::path;

  Environment environment;
  /// The first `most` bytes of a file.
  std::function<Parsed<std::string>(const Path& file, std::size_t most)> read;
  /// The same for a regular file that not everyone may write to.
  std::function<Parsed<std::string>(const Path& file, std::size_t most)> read_included;
  /// Files in `folder` that match glob(7), sorted.
  std::function<std::vector<Path>(const Path& folder, const std::string& pattern)> find;
  std::function<std::optional<uid_t>(const std::string& name)> user;
  std::function<std::optional<gid_t>(const std::string& name)> group;
};

System host_system(const Environment& environment);

/// parse_config() on a given machine.
LoadedConfig read_config(const std::string& name, std::string text, const System& system);

}  // namespace duplexd
