#pragma once

#include "core/config/loader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// An environment with four variables.
inline std::optional<std::string> few_variables(std::string_view name) {
  if (name == "NAME") return "web";
  if (name == "EMPTY") return "";
  if (name == "ADDRESS") return "10.0.0.1:80";
  if (name == "STRUCTURE") return "{a: 1}, b: [2]\nc";
  return std::nullopt;
}

inline LoadedConfig parse(std::string_view text) { return parse_config(text, "test.yaml", few_variables); }

/// "LINE:COLUMN: WHAT" for each problem.
inline std::vector<std::string> problems(const LoadedConfig& loaded) {
  std::vector<std::string> result;
  for (const auto& problem : loaded.problems)
    result.push_back(std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " +
                     problem.what);
  return result;
}

inline std::vector<std::string> problems(std::string_view text) { return problems(parse(text)); }

/// The one problem, or all of them, a line each.
inline std::string problem(std::string_view text) {
  std::string result;
  for (const auto& each : problems(text)) result += result.empty() ? each : "\n" + each;
  return result;
}

/// A valid configuration, with text added to its only listener and its only upstream.
inline std::string with(std::string_view in_listener, std::string_view in_upstream = "",
                        std::string_view at_top = "") {
  return "listeners:\n  web:\n    bind: 127.0.0.1:80\n    upstream: pool\n    " + std::string(in_listener) +
         "\nupstreams:\n  pool:\n    endpoints: [\"10.0.0.1:80\"]\n    " + std::string(in_upstream) + "\n" +
         std::string(at_top) + "\n";
}

inline std::string effective(const LoadedConfig& loaded, std::string_view path) {
  const auto found = std::find_if(loaded.effective.begin(), loaded.effective.end(),
                                  [&](const EffectiveValue& each) { return each.path == path; });
  return found == loaded.effective.end() ? "(none)" : found->value + "  # " + found->origin;
}

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::filesystem::path source_dir() { return DUPLEXD_SOURCE_DIR; }

}  // namespace duplexd
