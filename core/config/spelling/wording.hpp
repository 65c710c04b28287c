#pragma once

#include "core/net/address/parsed.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

/// The text for a terminal or a log: control characters, direction overrides and broken UTF-8 are escaped.
std::string printable(std::string_view text);

/// The text in single quotes for a message, escaped and cut off at 64 bytes.
std::string in_quotes(std::string_view text);

/// "error, warning or info"
std::string either_of(const std::vector<std::string_view>& words);

/// The candidate that `word` misspells, "" where none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// "; did you mean 'timeouts'?" for the nearest candidate, "" where none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

/// A Parsed<std::string> with a value. A bare std::string would be ambiguous with a ParseError.
inline Parsed<std::string> parsed_text(std::string text) {
  return Parsed<std::string>(boost::system::in_place_value, std::move(text));
}

}  // namespace duplexd
