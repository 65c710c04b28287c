#pragma once

#include "daemon/control/state_json.hpp"

#include <string>
#include <utility>

namespace duplexd {

/// The file that keeps the operator's orders, and what catalogs said last, over a restart, as JSON. It is
/// replaced as a whole, never changed. Reading and writing block.
class StateFile {
 public:
  /// `path` is absolute; "": nothing is kept.
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  const std::string& path() const noexcept { return path_; }

  struct Read {
    KeptState state;
    std::string problem;  ///< why there is none; "": there is none of that
  };
  /// A file that is not there has nothing, and that is no problem.
  Read read() const;

  /// Returns why it could not be written; "": it is on the disk.
  std::string write(const Orders& orders, const CatalogService::Lists& catalogs) const;

 private:
  const std::string path_;
};

}  // namespace duplexd
