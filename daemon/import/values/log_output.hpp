#pragma once

#include "daemon/import/draft/draft.hpp"

#include <string>
#include <string_view>

namespace duplexd::importing {

/// One of the places where another proxy's log goes.
struct LogOutput {
  std::string to;          ///< as log.output.to has it
  std::string facility{};  ///< "": as duplexd by itself
  std::string tag{};
  std::string syntax{};
};

/// "/dev/log", "unix:/dev/log", "10.0.0.2", "10.0.0.2:514" or "localhost" as log.output.to has it: without a
/// port it is 514 of UDP.
std::string syslog_server(std::string_view address);

/// Adds to log.output, unless the same is there: then the setting is carried by that.
void carry_output(const Target& process, const LogOutput& output, const Setting& from);

}  // namespace duplexd::importing
