#pragma once

#include "core/config/spelling/spelling.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// What to write in place of an unknown key.
struct Advice {
  std::string text;                     ///< follows the name of the unknown key; "": nothing is known
  std::vector<std::string_view> meant;  ///< keys of the same map that stand for it; they are not missing
};

/// `likely` has the keys of the map that `word` is in, first those that it misses. `in_defaults`: the map is
/// below `defaults`.
Advice advice_for(std::string_view word, const std::vector<std::string_view>& missing,
                  const std::vector<std::string_view>& likely, bool in_defaults);

/// What to write in place of a value of our section `word`, if other proxies have a key of that name.
std::string advice_for_section(std::string_view word);

/// What to write in place of a refused value, as the end of a message; "": nothing is known.
std::string advice_for_value(std::string_view key, std::string_view text, const Form& form);

}  // namespace duplexd
