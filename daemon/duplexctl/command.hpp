#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace duplexd::duplexctl {

/// A command, the request that it is, and how its answer reads.
struct Command {
  std::string_view word;
  std::string_view method;
  std::string_view target;
  std::string (*render)(const boost::json::value&);  ///< for people; throws if the answer is not as expected
};

/// nullptr: there is no such command.
const Command* find_command(std::string_view word) noexcept;

}  // namespace duplexd::duplexctl
