#pragma once

#include "core/net/address/parsed.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace duplexd::duplexctl {

inline constexpr std::string_view default_socket = "/run/duplexd/control.sock";

/// A command, the request that it is, and how its answer reads.
struct Command {
  std::string_view word;
  std::string_view method;
  std::string_view target;
  std::string (*render)(const boost::json::value&);  ///< for people; throws if the answer is not as expected
};

/// nullptr: there is no such command.
const Command* find_command(std::string_view word) noexcept;

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
