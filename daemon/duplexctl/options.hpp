#pragma once

#include "core/net/address/parsed.hpp"
#include "daemon/duplexctl/import/import_request.hpp"
#include "daemon/duplexctl/top/top_request.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::duplexctl {

inline constexpr std::string_view default_socket = "/run/duplexd/control.sock";

/// A command, its request, and the text of its answer.
struct Command {
  std::string_view word;  ///< "reload"; "endpoint drain"
  std::string_view method;
  std::string_view target;
  /// For people; throws if the answer is not as expected. Null: the answer is a text already, and JSON if its
  /// target says format=json.
  std::string (*render)(const boost::json::value&);
  std::size_t least_names = 0;  ///< that follow it: an upstream, an endpoint of it, a weight
  std::size_t most_names = 0;
};

/// Null: there is no such command.
const Command* find_command(std::string_view word) noexcept;

/// What `endpoint` may be followed by: "list, drain, ... or check".
std::string words_of_endpoint_commands();

/// The checked command line.
struct Options {
  enum class Action { ask, import, top, version, help };

  Action action = Action::ask;
  const Command* command = nullptr;  ///< set if the action is `ask`
  ImportRequest import_request{};    ///< if the action is `import`
  TopRequest top_request{};          ///< if the action is `top`
  std::string target{};              ///< of the request: that of the command, with what it is about
  std::vector<std::string> ids{};    ///< of sessions to kill; none: those of the target
  std::string socket{default_socket};
  bool json = false;
  std::size_t most = 0;  ///< sessions to list; 0: all
  std::chrono::milliseconds timeout{60'000};
};

/// An error names the mistake and its remedy.
Parsed<Options> parse_options(int argc, const char* const* argv);

std::string help_text();

}  // namespace duplexd::duplexctl
