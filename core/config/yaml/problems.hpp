#pragma once

#include "core/config/loader.hpp"
#include "core/config/yaml/sources.hpp"

#include <cstddef>
#include <string>
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

}  // namespace duplexd
