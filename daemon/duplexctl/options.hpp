#pragma once

#include "core/net/address/parsed.hpp"
#include "daemon/duplexctl/command.hpp"

#include <chrono>
#include <string>

namespace duplexd::duplexctl {

inline constexpr std::string_view default_socket = "/run/duplexd/control.sock";

/// The command line, checked.
struct Options {
  enum class Action { ask, version, help };

  Action action = Action::ask;
  const Command* command = nullptr;  ///< set if the action is to ask
  std::string socket{default_socket};
  bool json = false;
  std::chrono::milliseconds timeout{60'000};
};

/// The error says what is wrong, and what would be right.
Parsed<Options> parse_options(int argc, const char* const* argv);

std::string help_text();

}  // namespace duplexd::duplexctl
