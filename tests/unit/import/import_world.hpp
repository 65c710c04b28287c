#pragma once

#include "daemon/import/draft/judge.hpp"
#include "daemon/import/imported.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing {

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::filesystem::path files_folder() {
  return std::filesystem::path(DUPLEXD_SOURCE_DIR) / "tests/unit/import/files";
}

/// Relative names are those in `folder`; nothing else is there. Variables are set.
inline System machine_with(std::filesystem::path folder) {
  const auto read = [folder](const System::Path& file, std::size_t) -> Parsed<std::string> {
    if (!std::filesystem::exists(folder / file)) return ParseError{"cannot be read: it is not there"};
    return Parsed<std::string>(boost::system::in_place_value, content_of(folder / file));
  };
  const auto find = [folder](const System::Path& where, const std::string&) {
    std::vector<System::Path> found;
    if (where.is_absolute()) return found;
    for (const auto& entry : std::filesystem::directory_iterator(folder / where))
      found.push_back(where / entry.path().filename());
    std::ranges::sort(found);
    return found;
  };
  const auto variable = [](std::string_view name) {
    return std::optional<std::string>(name == "MAXCONN" ? "100" : name == "B" ? "10.9.0.9:80" : "10.9.0.1");
  };
  return {variable,
          read,
          read,
          find,
          [](const std::string&) { return std::optional<uid_t>(1); },
          [](const std::string&) { return std::optional<gid_t>(1); }};
}

inline System no_files() { return machine_with("/nonexistent"); }

inline Imported imported(Syntax syntax, const std::string& text) {
  const auto result = import_text(syntax, "test.conf", text, no_files());
  EXPECT_TRUE(result) << result.error().what;
  return result ? *result : Imported{};
}

inline std::string yaml_of(Syntax syntax, const std::string& text) { return imported(syntax, text).yaml; }

inline std::string error_of(Syntax syntax, const std::string& text) {
  const auto result = import_text(syntax, "test.conf", text, no_files());
  return result ? "" : result.error().what;
}

/// What duplexd has against a text, a line each.
inline std::string objections(const std::string& yaml) {
  std::string all;
  for (const auto& problem : read_config("duplexd.yaml", yaml, no_files()).problems)
    all += to_string(problem);
  return all;
}

}  // namespace duplexd::importing
