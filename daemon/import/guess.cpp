#include "daemon/import/imported.hpp"
#include "daemon/import/values/words.hpp"

#include <array>

namespace duplexd::importing {
namespace {

struct Named {
  std::string_view word;
  Syntax syntax;
};
constexpr std::array names{Named{"haproxy", Syntax::haproxy}, Named{"nginx", Syntax::nginx},
                           Named{"rinetd", Syntax::rinetd}};

/// The first word of a line: "frontend"; "" for a comment.
std::string_view first_word(std::string_view line) {
  const auto start = line.find_first_not_of(" \t\r");
  if (start == line.npos || line[start] == '#') return "";
  line.remove_prefix(start);
  return line.substr(0, line.find_first_of(" \t\r{;"));
}

std::optional<Syntax> syntax_of_line(std::string_view line) {
  const auto word = first_word(line);
  if (word == "global" || word == "defaults" || word == "frontend" || word == "backend" || word == "listen")
    return line.find(';') == line.npos ? std::optional(Syntax::haproxy) : std::nullopt;
  const bool of_nginx = word == "stream" || word == "events" || word == "http" || word == "worker_processes";
  return of_nginx ? std::optional(Syntax::nginx) : std::nullopt;
}

}  // namespace

std::optional<Syntax> syntax_named(std::string_view word) {
  for (const Named& named : names)
    if (named.word == word) return named.syntax;
  return std::nullopt;
}

std::optional<Syntax> guess_syntax(std::string_view name, std::string_view text) {
  const auto file = name.substr(name.rfind('/') + 1);
  for (const Named& named : names)
    if (file.find(named.word) != file.npos) return named.syntax;
  for (const auto line : split(text, '\n'))
    if (const auto syntax = syntax_of_line(line)) return syntax;
  return std::nullopt;
}

}  // namespace duplexd::importing
