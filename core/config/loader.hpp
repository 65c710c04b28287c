#pragma once

#include "core/config/config.hpp"
#include "core/net/address/parsed.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// One mistake in a configuration file, with its place. Lines and columns count from 1, columns in bytes.
struct Problem {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string what;         ///< one sentence: the mistake and its remedy
  std::string source_line;  ///< the line as written, for the caret; may be empty
};
/// "FILE:LINE:COL: error: WHAT", the source line, and a caret below the column. Control characters are
/// escaped.
std::string to_string(const Problem& problem);

/// One key of the effective configuration. Defaults are listed too.
struct EffectiveValue {
  std::string path;    ///< "listeners.postgres.timeouts.idle", "upstreams.pg.endpoints[0].weight"
  std::string value;   ///< in the form that the file takes
  std::string origin;  ///< "duplexd.yaml:14:7", or "default"
};

struct LoadedConfig {
  std::shared_ptr<const Config> config;  ///< null if there are problems
  std::vector<Problem> problems;         ///< every mistake, in the order of the files
  std::vector<EffectiveValue> effective;
  /// What is written in lists, item by item: "listeners.web.access.deny[0]".
  std::vector<EffectiveValue> items{};
};

/// Looks up the variable of a ${VAR}. None: it is not set. Core does not read the environment by itself.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

/// Reads `file` and the files that it includes. Bad input and unreadable files are problems, not exceptions.
LoadedConfig load_config(const std::filesystem::path& file, const Environment& environment);

/// The same for a text in memory. Messages call it `name`; includes are relative to the folder of `name`.
LoadedConfig parse_config(std::string_view text, const std::string& name, const Environment& environment);

/// Exchanges the endpoints that came from UpstreamConfig::endpoints_file for those that the file has now. If
/// there are problems, nothing has changed. Does not know variables.
std::vector<Problem> load_endpoints_file(UpstreamConfig& upstream);

/// A configuration without a file: one listener, "adhoc", in front of one upstream, "adhoc".
Parsed<std::shared_ptr<const Config>> adhoc_config(std::string_view listen,
                                                   const std::vector<std::string>& endpoints);

}  // namespace duplexd
