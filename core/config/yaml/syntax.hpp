#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

/// What keeps a text from being YAML in UTF-8 at all.
struct TextFlaw {
  std::size_t offset;
  std::string what;
};
std::optional<TextFlaw> find_flaw(std::string_view text);

/// yaml-cpp's words, and what they usually mean in the line where it gave up.
std::string explain_syntax_error(std::string_view message, std::string_view line);

}  // namespace duplexd
