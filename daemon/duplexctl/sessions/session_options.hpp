#pragma once

#include "daemon/duplexctl/options.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <string>
#include <vector>

namespace duplexd::duplexctl {

// The options of sessions, who-is-slow, kill and recent. These throw po::error for what is not accepted.

void add_session_options(boost::program_options::options_description& all);

/// Whether the command is about sessions.
bool is_about_sessions(const Command& command);

/// The target of its request, with what is given, and with the ids that follow kill.
std::string session_target(const Command& command, const std::vector<std::string>& ids,
                           const boost::program_options::variables_map& given);

/// Refuses options that belong to another command.
void refuse_session_options(const Command& command, const boost::program_options::variables_map& given);

}  // namespace duplexd::duplexctl
