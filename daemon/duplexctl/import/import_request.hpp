#pragma once

#include "daemon/import/imported.hpp"

#include <optional>
#include <string>

namespace duplexd::duplexctl {

/// `duplexctl import FILE`, as it is written.
struct ImportRequest {
  std::string file{};
  std::optional<importing::Syntax> from{};  ///< none: the file tells
  std::string output{};                     ///< "": standard output
  bool force = false;                       ///< `output` may be there
  bool json = false;                        ///< standard output gets JSON, whatever is written to `output`
};

}  // namespace duplexd::duplexctl
