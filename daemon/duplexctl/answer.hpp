#pragma once

#include "daemon/duplexctl/command.hpp"
#include "daemon/duplexctl/exchange.hpp"

#include <string>

namespace duplexd::duplexctl {

/// What the program prints, and its exit code of sysexits.h.
struct Outcome {
  int exit_code = 0;
  std::string out{};
  std::string err{};
};

/// What a reply means for whoever typed the command. Throws Failure if it means nothing.
Outcome understand(const Command& command, const Reply& reply, bool json);

}  // namespace duplexd::duplexctl
