#pragma once

#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::haproxy {

/// A line of haproxy.cfg, without what is a comment.
struct Line {
  std::size_t number = 0;  ///< from 1
  std::string text{};      ///< as it is written, without spaces around it
  /// Without quotes and escapes. A variable, which is one in double quotes only, is ${NAME}, and a dollar
  /// sign is $$.
  std::vector<std::string> words;
};

/// Lines that have words (section 2.2 of HAProxy's manual). An error says "3: a quote is not closed".
Parsed<std::vector<Line>> lines_of(std::string_view text);

}  // namespace duplexd::importing::haproxy
