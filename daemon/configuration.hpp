#pragma once

#include "core/config/loader.hpp"

#include <functional>
#include <string>

namespace duplexd {

struct Options;

/// Where the configuration came from, so that it can be read again.
struct ConfigSource {
  std::string name;                    ///< the file, or what messages call it
  std::function<LoadedConfig()> load;  ///< empty: the command line, which does not change
};

/// What the options say to run, from a file or from the command line alone. Throws Failure with every problem
/// that it has. Its control socket is not `auto` any more.
LoadedConfig load(const Options& options, const Environment& environment);

/// Says what `auto` stands for: control.sock in $RUNTIME_DIRECTORY (systemd.exec(5)) if there is one, else
/// off.
void place_control_socket(ControlConfig& control, const Environment& environment);

/// How to read it again later.
ConfigSource source_of(const Options& options, const Environment& environment);

/// What messages call it: the file's name, or "command line".
std::string name_of_configuration(const Options& options);

}  // namespace duplexd
