#pragma once

#include "daemon/import/draft/ledger.hpp"
#include "daemon/import/draft/node.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing {

/// A text and, for each of its lines, the node that it is written for; null for comments.
struct Written {
  std::string text;
  std::vector<const Node*> lines;
};

/// The nodes below `root` as YAML, with comments where they belong; those of parts that are not there stand
/// in front. A comment stays a comment whatever it says.
Written write_yaml(const Node& root, Comments comments);

/// `text` as comment lines of 110 bytes or so, each behind `indent`.
std::string comment_lines(std::string_view text, std::size_t indent);

}  // namespace duplexd::importing
