#pragma once

#include "core/config/loader.hpp"
#include "daemon/config_source.hpp"
#include "daemon/options.hpp"

#include <string>

namespace duplexd {

/// What the options say to run, from a file or from the command line alone. Throws Failure with every problem
/// that it has. A control socket that is `auto` is at its place in $RUNTIME_DIRECTORY (systemd.exec(5)), or
/// off.
LoadedConfig load(const Options& options, const Environment& environment);

/// How to read it again later.
ConfigSource source_of(const Options& options, const Environment& environment);

/// What messages call it: the file's name, or "command line".
std::string name_of_configuration(const Options& options);

}  // namespace duplexd
