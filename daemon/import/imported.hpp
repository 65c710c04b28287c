#pragma once

#include "core/config/system.hpp"
#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd::importing {

/// Whose configuration is read.
enum class Syntax { haproxy, nginx, rinetd };

/// "haproxy", "nginx" or "rinetd"; none: it is another word.
std::optional<Syntax> syntax_named(std::string_view word);

/// What the name of a file and its content tell; none: they do not.
std::optional<Syntax> guess_syntax(std::string_view name, std::string_view text);

/// A configuration of duplexd's in place of another proxy's.
struct Imported {
  std::string yaml{};     ///< with a comment for what is not carried, and how much is at the end
  std::string summary{};  ///< "carried 41 of 47 settings; 6 are in comments above"
  std::size_t carried = 0;
  std::size_t settings = 0;
  bool has_listeners = false;  ///< otherwise there are only comments
};

/// Translates `text`, which came from the file `name`. Included files are read by `system`. An error says
/// where the text cannot be understood: "haproxy.cfg:12: ...".
Parsed<Imported> import_text(Syntax syntax, const std::string& name, const std::string& text,
                             const System& system);

}  // namespace duplexd::importing
