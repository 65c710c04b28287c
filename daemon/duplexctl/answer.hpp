#pragma once

#include "daemon/duplexctl/exchange.hpp"
#include "daemon/duplexctl/options.hpp"

#include <boost/json/value.hpp>

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

// The daemon's answers as text for people; each ends with a line feed. They throw if an answer lacks
// something.

std::string status_text(const boost::json::value& answer);
std::string plan_text(const boost::json::value& answer);
std::string reload_text(const boost::json::value& answer);
std::string state_text(const boost::json::value& answer);  ///< of drain, resume and stop

std::string problems_text(const boost::json::value& answer);  ///< as the daemon wrote them

/// A list of words: "web, db"
std::string joined(const boost::json::value& words);

}  // namespace duplexd::duplexctl
