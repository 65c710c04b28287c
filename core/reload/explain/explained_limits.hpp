#pragma once

#include "core/reload/explain/explanation.hpp"
#include "core/reload/parts/served.hpp"

namespace duplexd {

/// The limits that are asked before anything is known of a client.
std::vector<ExplainedLimit> explain_room(const ServedListener& listener, const ProcessLimits& process);

/// Those of the client's address.
std::vector<ExplainedLimit> explain_source(const ServedListener& listener, const PeerAddress& client);

/// That of TLS handshakes; none: it is off.
std::vector<ExplainedLimit> explain_handshakes(const ServedListener& listener);

}  // namespace duplexd
