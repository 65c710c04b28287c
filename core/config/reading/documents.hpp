#pragma once

#include "core/config/reading/map_reader.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// A listener or an upstream of any file.
struct Named {
  std::string name;
  const YamlEntry* entry;
};

/// The trees of the main file and of the files that it includes. Owns every entry that it hands out.
class Documents {
 public:
  explicit Documents(Reading& reading) : reading_(reading) {}

  /// Returns the root of a file, as an entry without a key, or null if the text is not YAML.
  const YamlEntry* add(std::string name, std::string text);
  void include(MapReader& top);

  /// Takes the names below `listeners` and `upstreams` of a file.
  void take_names(MapReader& top);

  const std::vector<Named>& listeners() const noexcept { return listeners_.all; }
  const std::vector<Named>& upstreams() const noexcept { return upstreams_.all; }
  /// Whether a file could not be read. A reference to an unknown name may then be right.
  bool incomplete() const noexcept { return incomplete_; }

 private:
  struct Names {
    std::vector<Named> all;
    std::map<std::string_view, Place> places;
  };
  struct Included {
    System::Path file;
    Place place;  // of the item of `include`
  };

  std::vector<Included> included_files(MapReader& top);
  void include_file(const Included& included);
  void take(MapReader& top, std::string_view key, Names& names);
  void fail(Place place, const std::string& what);

  Reading& reading_;
  std::deque<YamlEntry> roots_;  // entries point into it
  Names listeners_;
  Names upstreams_;
  std::size_t bytes_left_ = TreeLimits::bytes;
  bool incomplete_ = false;
};

}  // namespace duplexd
