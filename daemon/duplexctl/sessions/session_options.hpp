#pragma once

#include "daemon/duplexctl/options.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace duplexd::duplexctl {

// The options of sessions, who-is-slow, kill, recent and explain. These throw po::error for what is not
// accepted.

void add_session_options(boost::program_options::options_description& all);

/// Whether the command of this word has options of its own: it is about sessions, live, past or to come.
bool is_about_sessions(std::string_view command);

/// The ids that follow kill, each in a word or with commas between. No other command is followed by words.
std::vector<std::string> ids_of(const Command& command, const std::vector<std::string>& words);

/// The target of its request, with what is given but the ids.
std::string session_target(const Command& command, const boost::program_options::variables_map& given);

/// Refuses options that belong to another command than this.
void refuse_session_options(std::string_view command, const boost::program_options::variables_map& given);

}  // namespace duplexd::duplexctl
