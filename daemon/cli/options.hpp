#pragma once

#include "core/config/config.hpp"
#include "core/net/address/parsed.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// The checked command line.
struct Options {
  enum class Action { run, check, dump_config, version, build_info, help };

  Action action = Action::run;
  bool verbose = false;                ///< only with Action::check
  bool probe = false;                  ///< the same
  std::string config_file;             ///< unused if `listen` is set
  std::string listen;                  ///< empty: the configuration is a file
  std::vector<std::string> upstreams;  ///< the endpoints behind `listen`
  std::optional<LogLevel> log_level;   ///< none: as the configuration says
  std::optional<LogFormat> log_format;
};

/// An error names the mistake and its remedy.
Parsed<Options> parse_options(int argc, const char* const* argv);

std::string help_text();

}  // namespace duplexd
