#pragma once

#include "daemon/duplexctl/top/top_request.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

namespace duplexd::duplexctl {

// The options of top. These throw po::error for what is not accepted.

void add_top_options(boost::program_options::options_description& all);

/// Without the socket and the time-out.
TopRequest top_request(const boost::program_options::variables_map& given);

/// Refuses them for another command.
void refuse_top_options(const boost::program_options::variables_map& given);

}  // namespace duplexd::duplexctl
