#pragma once

#include "core/net/address/parsed.hpp"

#include <functional>
#include <string_view>

namespace duplexd {

/// Whether a regular expression matches somewhere in a text, in time linear in the length of the text
/// whatever either says. Both are bytes.
using Regex = std::function<bool(std::string_view)>;

/// Compiles the syntax of RE2 (https://github.com/google/re2/wiki/Syntax). An error continues the refused
/// text: "is no regular expression: missing )".
Parsed<Regex> regex(std::string_view text);

}  // namespace duplexd
