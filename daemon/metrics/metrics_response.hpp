#pragma once

#include "core/control/control_server.hpp"
#include "core/metrics/exposition/figures.hpp"

#include <functional>
#include <string_view>

namespace duplexd {

/// The answer to a request for metrics: the text that Prometheus scrapes or, if the query of `target` says
/// format=json, JSON. Another query is refused, and `read` is not called.
ControlResponse metrics_response(std::string_view target, const std::function<Figures()>& read);

}  // namespace duplexd
