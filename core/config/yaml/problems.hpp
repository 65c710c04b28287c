#pragma once

#include "core/config/loader.hpp"
#include "core/config/yaml/sources.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Collects problems in any order and returns them in the order of the files.
class Problems {
 public:
  /// The most that in_order() returns; one more says how many are left.
  static constexpr std::size_t shown = 100;

  void add(Place place, std::string what);
  bool empty() const noexcept { return count_ == 0; }
  std::size_t count() const noexcept { return count_; }
  /// Whether there are too many for further ones to be worth their wording.
  bool many() const noexcept { return count_ > 10 * shown; }

  std::vector<Problem> in_order(const Sources& sources) const;

 private:
  struct Found {
    Place place;
    std::string what;
  };
  std::vector<Found> found_;
  std::size_t count_ = 0;
};

/// A byte that cannot be part of YAML in UTF-8.
struct TextFlaw {
  std::size_t offset;
  std::string what;
};
std::optional<TextFlaw> find_flaw(std::string_view text);

/// The message of yaml-cpp, with the usual cause in a line like `line`, where it stopped.
std::string explain_syntax_error(std::string_view message, std::string_view line);

}  // namespace duplexd
