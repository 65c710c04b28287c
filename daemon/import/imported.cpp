#include "daemon/import/imported.hpp"

#include "core/config/spelling/wording.hpp"
#include "daemon/import/draft/judge.hpp"
#include "daemon/import/translate.hpp"

#include <fmt/format.h>

namespace duplexd::importing {
namespace {

constexpr std::size_t longest_text = 1024 * 1024;

std::optional<ParseError> translate(Syntax syntax, const std::string& name, const std::string& text,
                                    const System& system, Draft& draft) {
  switch (syntax) {
    case Syntax::haproxy:
      return translate_haproxy(name, text, draft);
    case Syntax::nginx:
      return translate_nginx(name, text, system, draft);
    case Syntax::rinetd:
      return translate_rinetd(name, text, draft);
  }
  return ParseError{"its syntax is not known"};
}

std::string summary_of(const Ledger& ledger) {
  const std::size_t carried = ledger.carried(), all = ledger.size();
  if (carried == all)
    return all == 1 ? "carried the one setting" : fmt::format("carried all {} settings", all);
  const std::size_t left = all - carried;
  return fmt::format("carried {} of {} settings; {} {} in comments above", carried, all, left,
                     left == 1 ? "is" : "are");
}

Imported imported_from(Draft& draft, const std::string& name) {
  for (SettingId id = 0; id < draft.ledger.size(); ++id)
    if (draft.ledger.is_open(id)) draft.ledger.refuse(id, "nothing that is carried uses it");
  const Written written = judged(draft);
  Imported imported{.summary = summary_of(draft.ledger),
                    .carried = draft.ledger.carried(),
                    .settings = draft.ledger.size(),
                    .has_listeners = !draft.root.child("listeners").empty()};
  imported.yaml = comment_lines("From " + printable(name) + ", by duplexctl import.", 0);
  for (const auto& note : draft.notes) imported.yaml += comment_lines(note, 0);
  imported.yaml += written.text + comment_lines(imported.summary, 0);
  return imported;
}

}  // namespace

Parsed<Imported> import_text(Syntax syntax, const std::string& name, const std::string& text,
                             const System& system) {
  if (text.size() >= longest_text) return ParseError{fmt::format("{} is longer than 1 MiB", name)};
  Draft draft;
  if (auto error = translate(syntax, name, text, system, draft)) return *error;
  move_to_defaults(draft);
  return imported_from(draft, name);
}

}  // namespace duplexd::importing
