#include "daemon/import/draft/judge.hpp"

#include "core/config/loader.hpp"
#include "core/config/system.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/draft/pruning.hpp"

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

/// Whether there was something to take out.
bool take_out(Draft& draft, const Written& written, const std::vector<Problem>& problems) {
  Pruning pruning(draft);
  for (const Problem& problem : problems) {
    if (problem.line == 0 || problem.line > written.lines.size() || waits_for_variables(problem.source_line))
      continue;
    if (const Node* const node = written.lines[problem.line - 1])
      pruning.mark(node, "duplexd says: " + problem.what);
  }
  return pruning.prune();
}

/// Whether there was a part to leave out. The comment is that of the setting that demands.
bool leave_out_parts(Draft& draft) {
  Pruning pruning(draft);
  for (const Demand& demand : draft.demands)
    if (pruning.is_there(demand.part) && (demand.key.empty() || !demand.part->has(demand.key)))
      pruning.mark_part(demand);
  return pruning.prune();
}

}  // namespace

bool waits_for_variables(std::string_view line) { return line.find("${") != std::string_view::npos; }

Written judged(Draft& draft) {
  for (;;) {
    Written written = write_yaml(draft.root, draft.ledger.comments());
    const LoadedConfig loaded = read_config("duplexd.yaml", written.text, no_machine());
    const bool is_right = loaded.config || !take_out(draft, written, loaded.problems);
    if (is_right && !leave_out_parts(draft)) return written;
  }
}

}  // namespace duplexd::importing
