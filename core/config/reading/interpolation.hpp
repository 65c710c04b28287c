#pragma once

#include "core/config/loader.hpp"
#include "core/net/address/parsed.hpp"

#include <string>
#include <string_view>

namespace duplexd {

/// Replaces ${NAME}, ${NAME:-default} and $$ in the text of one scalar. The default also stands in for an
/// empty variable. What comes out is one value, whatever the variable holds.
Parsed<std::string> interpolate(std::string_view text, const Environment& environment);

}  // namespace duplexd
