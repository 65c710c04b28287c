#include "daemon/import/draft/judge.hpp"

#include "core/config/loader.hpp"
#include "core/config/system.hpp"
#include "core/net/address/parsed.hpp"

#include <set>
#include <utility>

namespace duplexd::importing {
namespace {

/// Variables are not known yet, every user is, and nothing is included.
System no_machine() {
  const auto unreadable = [](const System::Path&, std::size_t) -> Parsed<std::string> {
    return ParseError{"is not read here"};
  };
  return {[](std::string_view) { return std::optional<std::string>(); },
          unreadable,
          unreadable,
          [](const System::Path&, const std::string&) { return std::vector<System::Path>(); },
          [](const std::string&) { return std::optional<uid_t>(0); },
          [](const std::string&) { return std::optional<gid_t>(0); }};
}

bool is_alive(const Node& root, const Node* node) {
  if (&root == node) return true;
  for (const Node& child : root.children)
    if (is_alive(child, node)) return true;
  return false;
}

/// Whether there was something to take out.
bool take_out(Draft& draft, const Written& written, const std::vector<Problem>& problems) {
  std::set<const Node*> taken;
  for (const Problem& problem : problems) {
    if (problem.line == 0 || problem.line > written.lines.size() || waits_for_variables(problem.source_line))
      continue;
    const Node* const node = written.lines[problem.line - 1];
    if (!node || taken.contains(node) || !is_alive(draft.root, node)) continue;
    draft.ledger.refuse_all(settings_of(*node), "duplexd says: " + problem.what);
    taken.insert(node);
    erase_node(draft.root, node);
  }
  return !taken.empty();
}

}  // namespace

bool waits_for_variables(std::string_view line) { return line.find("${") != std::string_view::npos; }

Written judged(Draft& draft) {
  for (;;) {
    Written written = write_yaml(draft.root, draft.ledger.comments());
    const LoadedConfig loaded = read_config("duplexd.yaml", written.text, no_machine());
    if (loaded.config || !take_out(draft, written, loaded.problems)) return written;
  }
}

}  // namespace duplexd::importing
