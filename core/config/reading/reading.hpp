#pragma once

#include "core/config/loader.hpp"
#include "core/config/reading/dependent.hpp"
#include "core/config/spelling/spelling.hpp"
#include "core/config/system.hpp"
#include "core/config/yaml/problems.hpp"
#include "core/config/yaml/sources.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// A value and where it was written.
template <class T>
struct Placed {
  T value;
  Place place;
};

/// The input and the results of reading one configuration.
struct Reading {
  explicit Reading(const System& of_machine) : system(of_machine), dependent(of_machine) {}

  static constexpr std::string_view defaults_key = "defaults";
  static constexpr std::string_view not_written = "default";  ///< the origin of a value that no file has

  static constexpr std::size_t most_in_ranges = 10'000;  ///< items that ranges of numbers stand for

  struct Value {
    std::string text, origin;  // as in EffectiveValue
  };

  const System& system;
  Dependent dependent;
  Sources sources;
  Problems problems;
  std::vector<EffectiveValue> effective;
  std::vector<EffectiveValue> items;                   // as LoadedConfig has them
  std::map<std::string, Value, std::less<>> defaults;  // of the keys below `defaults`, by path
  std::map<std::string, Place> bound;                  // where a listener binds an address
  std::vector<Placed<BindAddress>> binds;              // of the listener that is being read
  std::vector<Problem> in_endpoints_files;
  std::size_t left_in_ranges = most_in_ranges;  // of most_in_ranges
};

/// Replaces ${NAME}, ${NAME:-default} and $$ in the text of one scalar. The default also replaces an empty
/// variable. The result is one value: a variable cannot add YAML.
Parsed<std::string> interpolate(std::string_view text, const Environment& environment);

}  // namespace duplexd
