#pragma once

#include "core/net/address/parsed.hpp"

#include <string>
#include <string_view>

namespace duplexd {

/// The bytes that a text with \r, \n, \t, \\ and \xNN stands for. An error continues the refused text.
Parsed<std::string> unescape(std::string_view text);
/// A printable text that unescape() reads as `bytes`.
std::string escape(std::string_view bytes);

/// The bytes of pairs of hexadecimal digits: "0d0a". An error continues the refused text.
Parsed<std::string> from_hex(std::string_view text);

}  // namespace duplexd
