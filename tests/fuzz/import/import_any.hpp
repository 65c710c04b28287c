// Reads any text as the file of another proxy. What comes out is a configuration that duplexd takes, but for
// lines with variables, or only comments; and every setting is carried or commented.
#pragma once

#include "daemon/import/draft/judge.hpp"
#include "daemon/import/draft/writer.hpp"
#include "daemon/import/imported.hpp"
#include "daemon/import/translate.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::importing {

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// Each file is the text itself, without another line; every pattern finds one.
inline System machine_of(std::string_view text) {
  const auto read = [text](const System::Path&, std::size_t most) {
    return Parsed<std::string>(boost::system::in_place_value,
                               text.substr(0, std::min(most, text.size() / 4)));
  };
  return {
      [](std::string_view) { return std::optional<std::string>(); },
      read,
      read,
      [](const System::Path& folder, const std::string&) { return std::vector<System::Path>{folder / "a"}; },
      [](const std::string&) { return std::optional<uid_t>(0); },
      [](const std::string&) { return std::optional<gid_t>(0); }};
}

/// "and 31 more", behind as many as are told.
inline bool is_rest(const Problem& problem) { return problem.line == 0 && problem.what.ends_with(" more"); }

/// The lines of an imported file have no other mistake than that a variable is not known.
inline void check_yaml(const Imported& imported, const System& system) {
  const auto loaded = read_config("duplexd.yaml", imported.yaml, system);
  for (const Problem& problem : loaded.problems) {
    const bool known =
        waits_for_variables(problem.source_line) || !imported.has_listeners || is_rest(problem);
    if (!known) std::fprintf(stderr, "%s\n%s", to_string(problem).c_str(), imported.yaml.c_str());
    require(known);
  }
}

/// Whether the whole way is gone: it takes a hundred times as long as the rest.
inline bool is_judged(std::string_view text) { return std::hash<std::string_view>()(text) % 64 == 0; }

inline void judge_any(Syntax syntax, const std::string& text, const System& system) {
  const auto imported = import_text(syntax, "fuzz.conf", text, system);
  if (!imported) return require(!imported.error().what.empty());
  require(imported->carried <= imported->settings);
  // Long comments are broken at spaces.
  const bool is_commented = imported->yaml.find("not carried") != std::string::npos ||
                            imported->yaml.find("not\n") != std::string::npos;
  require(is_commented || imported->carried == imported->settings);
  check_yaml(*imported, system);
}

inline std::optional<ParseError> translate_any(Syntax syntax, const std::string& text, const System& system,
                                               Draft& draft) {
  if (syntax == Syntax::haproxy) return translate_haproxy("fuzz.conf", text, draft);
  if (syntax == Syntax::nginx) return translate_nginx("fuzz.conf", text, system, draft);
  return translate_rinetd("fuzz.conf", text, draft);
}

/// What is written is YAML, whether duplexd takes it or not.
inline void write_any(Syntax syntax, const std::string& text, const System& system) {
  Draft draft;
  if (const auto error = translate_any(syntax, text, system, draft)) return require(!error->what.empty());
  move_to_defaults(draft);
  const Written written = write_yaml(draft.root, draft.ledger.comments());
  require(static_cast<std::size_t>(std::ranges::count(written.text, '\n')) == written.lines.size());
  YAML::Load(written.text);
}

inline void import_any(Syntax syntax, const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const System system = machine_of(text);
  is_judged(text) ? judge_any(syntax, text, system) : write_any(syntax, text, system);
}

}  // namespace duplexd::importing
