#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// A position: the index of a file in Sources, and line and column from 1, the column in bytes. Line 0 means
/// the file as a whole.
struct Place {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// The texts of a configuration, the main file first. A UTF-8 byte order mark is dropped.
class Sources {
 public:
  std::uint32_t add(std::string name, std::string text);

  const std::string& name(std::uint32_t file) const { return files_.at(file).name; }
  std::string_view text(std::uint32_t file) const { return files_.at(file).text; }
  std::string_view line(Place place) const;  ///< without its line break
  Place place(std::uint32_t file, std::size_t offset) const;
  std::string origin(Place place) const;  ///< "duplexd.yaml:14:7"

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<std::size_t> lines;  // where each line begins
  };
  std::vector<File> files_;
};

}  // namespace duplexd
