#pragma once

#include "core/config/keys/tables.hpp"

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

  /// Reads the keys of the main file and the names of all files.
  Head read(std::string name, std::string text);

  const std::vector<Named>& listeners() const noexcept { return listeners_.all; }
  const std::vector<Named>& upstreams() const noexcept { return upstreams_.all; }
  // Names that are refused count, because their problems are reported.
  bool has_listeners() const { return !listeners_.places.empty(); }
  bool has_listener(std::string_view name) const { return listeners_.places.contains(name); }
  bool has_upstream(std::string_view name) const { return upstreams_.places.contains(name); }
  /// Whether names are missing because of a reported problem. A reference to an unknown name may then be
  /// right.
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

  /// Returns the root of a file, as an entry without a key, or null if the text is not YAML.
  const YamlEntry* add(std::string name, std::string text);
  void take(const YamlEntry& root, const Keys<Head>& keys, Head& head);
  void take_names(std::string_view key, const YamlEntry* map, Names& names);
  std::vector<Included> included_files(const std::vector<Placed<std::string>>& patterns);
  void include(const Included& file);
  void fail(Place place, const std::string& what);

  Reading& reading_;
  std::deque<YamlEntry> roots_;  // entries point into it
  Names listeners_;
  Names upstreams_;
  std::size_t bytes_left_ = TreeLimits::bytes;
  bool incomplete_ = false;
};

}  // namespace duplexd
