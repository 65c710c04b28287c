#pragma once

#include "core/config/config.hpp"
#include "core/names/name_state.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// What the name service is asked about this address: a host, or a service. "": nothing.
std::string question_about(const EndpointAddress& address);

/// The endpoints that a service stands for, with the settings of its own entry. Weights are scaled to 1 to
/// 1000, priorities are counted from that of the entry. A target that is no host name, has port 0 or comes
/// again is left out.
std::vector<EndpointConfig> endpoints_of(const EndpointConfig& service,
                                         const std::vector<ServiceTarget>& targets);

}  // namespace duplexd
