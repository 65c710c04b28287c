#pragma once

#include "core/config/reload_class.hpp"

#include <span>
#include <string_view>

namespace duplexd {

/// A key of ours, and words for it that people know from HAProxy, nginx, Envoy or others.
struct ForeignKey {
  Owner owner;
  std::string_view key;    ///< its path below the owner
  std::string_view words;  ///< separated by spaces, as has_word() takes them
};
std::span<const ForeignKey> foreign_keys();

/// A word that a key of ours takes as its value, and other words for that value.
struct ForeignValue {
  std::string_view key;  ///< the name of the key
  std::string_view ours;
  std::string_view words;
};
std::span<const ForeignValue> foreign_values();

bool has_word(std::string_view words, std::string_view word);

}  // namespace duplexd
