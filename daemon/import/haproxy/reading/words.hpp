#pragma once

#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::haproxy {

/// A line of haproxy.cfg, without what is a comment.
struct Line {
  std::size_t number = 0;          ///< from 1
  std::string text{};              ///< as it is written, without spaces around it
  std::vector<std::string> words;  ///< without quotes and escapes; a variable is ${NAME}, a dollar sign is $$
};

/// Lines that have words (section 2.2 of HAProxy's manual). An error says "3: a quote is not closed".
Parsed<std::vector<Line>> lines_of(std::string_view text);

}  // namespace duplexd::importing::haproxy
