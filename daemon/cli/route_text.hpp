#pragma once

#include "core/config/config.hpp"

#include <string>

namespace duplexd {

/// "sni a.example, *.b.example; source 10.0.0.0/8 -> web". Without conditions: "all -> web".
std::string route_text(const Config& config, const RouteConfig& route);

/// The names of the upstreams that routes lead to, each once: "web, api".
std::string routed_upstreams(const Config& config, const ListenerConfig& listener);

}  // namespace duplexd
