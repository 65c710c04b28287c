#pragma once

#include "core/config/loader.hpp"
#include "core/config/yaml/sources.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Collects mistakes in any order and hands them over in the order of the files.
class Problems {
 public:
  /// So many are handed over; the rest is counted in one last line.
  static constexpr std::size_t shown = 100;

  void add(Place place, std::string what);
  bool empty() const noexcept { return count_ == 0; }
  /// There are so many that the words of a further one will hardly be read: save the work.
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

/// What keeps a text from being YAML in UTF-8 at all.
struct TextFlaw {
  std::size_t offset;
  std::string what;
};
std::optional<TextFlaw> find_flaw(std::string_view text);

/// yaml-cpp's words, and what they usually mean in the line where it gave up.
std::string explain_syntax_error(std::string_view message, std::string_view line);

}  // namespace duplexd
