#pragma once

#include "core/config/config.hpp"
#include "core/net/address/parsed.hpp"

#include <string_view>

namespace duplexd {

/// The endpoint that a value of a catalog stands for: HOST:PORT alone, or JSON with the keys of an endpoint.
/// Knows no variables. The error is a sentence.
Parsed<EndpointConfig> parse_catalog_entry(std::string_view text);

/// The same for HOST:PORT alone.
Parsed<EndpointConfig> catalog_endpoint(std::string_view address);

}  // namespace duplexd
