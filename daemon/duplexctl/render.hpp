#pragma once

#include <boost/json/value.hpp>

#include <string>

// The daemon's answers as text for people; each ends with a line feed. They throw if an answer lacks
// something.
namespace duplexd::duplexctl {

std::string status_text(const boost::json::value& answer);
std::string plan_text(const boost::json::value& answer);
std::string reload_text(const boost::json::value& answer);
std::string state_text(const boost::json::value& answer);  ///< of drain, resume and stop

std::string problems_text(const boost::json::value& answer);  ///< as the daemon wrote them

/// A list of words: "web, db"
std::string joined(const boost::json::value& words);

}  // namespace duplexd::duplexctl
