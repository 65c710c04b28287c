#include "core/config/spelling/regex.hpp"

#include <fmt/format.h>

#include <memory>
#include <re2/re2.h>
#include <utility>

namespace duplexd {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

RE2::Options options() {
  RE2::Options options(RE2::Latin1);  // an answer may hold any byte
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  return options;
}

}  // namespace

Parsed<Regex> regex(std::string_view text) {
  auto compiled = std::make_shared<const RE2>(piece(text), options());
  if (!compiled->ok()) return ParseError{fmt::format("is no regular expression: {}", compiled->error())};
  return Regex([compiled = std::move(compiled)](std::string_view bytes) {
    return RE2::PartialMatch(piece(bytes), *compiled);
  });
}

}  // namespace duplexd
