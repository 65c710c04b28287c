#pragma once

#include "core/config/loader.hpp"

#include <functional>
#include <string>

namespace duplexd {

struct Options;

/// The source of the configuration, to read it again.
struct ConfigSource {
  std::string name;                    ///< the file, or its name in messages
  std::function<LoadedConfig()> load;  ///< empty: the command line, which does not change
};

/// Loads the configuration that the options name, from a file or from the command line alone. Throws Failure
/// with every problem. The control socket of the result is never `auto`.
LoadedConfig load(const Options& options, const Environment& environment);

/// Replaces `auto` by control.sock in $RUNTIME_DIRECTORY (systemd.exec(5)), or by off if that is not set.
void place_control_socket(ControlConfig& control, const Environment& environment);

/// The source that load() read.
ConfigSource source_of(const Options& options, const Environment& environment);

/// The name of the configuration in messages: the file, or "command line".
std::string name_of_configuration(const Options& options);

}  // namespace duplexd
