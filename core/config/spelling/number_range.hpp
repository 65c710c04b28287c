#pragma once

#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

inline constexpr std::size_t most_in_range = 1000;

/// Whether the text has a range of numbers, as "web-{1..20}.internal:80" has, or what looks like one.
bool has_number_range(std::string_view text);

/// The text with each number of its range, at most `most_in_range` of them: "web-1.internal:80" and so on.
/// Leading zeros, as in {01..20}, give all numbers the same digits.
Parsed<std::vector<std::string>> each_number(std::string_view text);

}  // namespace duplexd
