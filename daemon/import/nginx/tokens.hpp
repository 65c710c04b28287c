#pragma once

#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing::nginx {

/// A word of nginx.conf without quotes and escapes, or one of "{", "}" and ";".
struct Token {
  std::size_t line = 0;
  std::string text{};
  bool is_word = true;
};

/// The tokens of a text, without comments. An error says "3: a quote is not closed".
Parsed<std::vector<Token>> tokens_of(std::string_view text);

}  // namespace duplexd::importing::nginx
