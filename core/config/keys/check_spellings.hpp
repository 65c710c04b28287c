#pragma once

#include "core/config/check_config.hpp"
#include "core/config/spelling/spelling.hpp"

#include <string>
#include <string_view>

namespace duplexd {

// How the file spells the parts of a health check, and of what else is asked over a connection.

Spelling<CheckType> check_type();
/// "send text PING\r\n", "send hex 0d0a", "expect prefix +PONG"
Spelling<ExchangeStep> exchange_step();
/// "any", "contains TEXT"
Spelling<TextMatch> text_match();
/// "200", "200-399"
Spelling<StatusRange> status_range();
/// "Name: value". The value of one that carries a secret is not printed.
Spelling<HttpHeader> http_header();
/// A word for a line of a request, such as its method: no spaces.
Spelling<std::string> request_word(std::string_view expected);
Spelling<std::string> any_text();
/// `other`, or `word` for the empty text. Without a `word` there is no empty text.
Spelling<std::string> text_or(std::string_view word, Spelling<std::string> other);
/// An absolute path, such as `such_as`, or a word that stands for "".
Spelling<std::string> absolute_path_or(std::string_view word, std::string_view such_as);
/// A text that is printed as `***`.
Spelling<std::string> secret();

}  // namespace duplexd
