#pragma once

#include "core/config/system.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/draft/draft.hpp"

#include <optional>
#include <string>

namespace duplexd::importing {

// Each reads the file of one proxy into the draft, and leaves no setting open that it has a word for. None:
// the text is understood.

std::optional<ParseError> translate_haproxy(const std::string& name, const std::string& text, Draft& draft);
std::optional<ParseError> translate_nginx(const std::string& name, const std::string& text,
                                          const System& system, Draft& draft);
std::optional<ParseError> translate_rinetd(const std::string& name, const std::string& text, Draft& draft);

}  // namespace duplexd::importing
