#pragma once

#include "daemon/duplexctl/exchange.hpp"
#include "daemon/duplexctl/options.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace duplexd::duplexctl {

/// The output of the program and its exit code (sysexits.h).
struct Outcome {
  int exit_code = 0;
  std::string out{};
  std::string err{};
};

/// The outcome of a command, from the reply to it. Throws Failure if the reply is not understood.
Outcome understand(const Command& command, const Reply& reply, bool json);

// The daemon's answers as text for people; each ends with a line feed. They throw if an answer is incomplete.

std::string status_text(const boost::json::value& answer);
std::string plan_text(const boost::json::value& answer);
std::string upgrade_plan_text(const boost::json::value& answer);
std::string reload_text(const boost::json::value& answer);
std::string upgrade_text(const boost::json::value& answer);
std::string endpoints_text(const boost::json::value& answer);
std::string endpoint_text(const boost::json::value& answer);
std::string sessions_text(const boost::json::value& answer);  ///< rows without a header; of one page
std::string slow_text(const boost::json::value& answer);
std::string kill_text(const boost::json::value& answer);
std::string recent_text(const boost::json::value& answer);
std::string explain_text(const boost::json::value& answer);
std::string state_text(const boost::json::value& answer);  ///< of drain, resume and stop

std::string problems_text(const boost::json::value& answer);  ///< word for word

/// A list of words: "web, db"
std::string joined(const boost::json::value& words);

}  // namespace duplexd::duplexctl
