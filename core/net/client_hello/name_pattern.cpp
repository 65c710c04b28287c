#include "core/net/client_hello/name_pattern.hpp"

#include "core/net/client_hello/server_name.hpp"

#include <algorithm>

namespace duplexd {
namespace {

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// The fault in the text.
ParseError no_pattern(std::string_view text) {
  if (std::ranges::any_of(text, is_beyond_ascii)) return {"is asked for in its ASCII form (xn--...)"};
  if (text.find('*') != text.npos) return {"has a '*' that does not stand for all names below one"};
  if (is_ip_literal(text)) return {"is an address, which no client asks for"};
  return {"is no host name"};
}

}  // namespace

Parsed<NamePattern> NamePattern::parse(std::string_view text) {
  if (text == any_word) return NamePattern(Kind::any, {});
  const bool is_below = text.starts_with("*.");
  std::string name(text.substr(is_below ? 2 : 0));
  std::ranges::transform(name, name.begin(), to_lower_case);
  if (name.ends_with('.')) name.pop_back();
  if (!is_host_name(name) || is_ip_literal(name)) return no_pattern(text);
  return is_below ? NamePattern(Kind::below, '.' + name) : NamePattern(Kind::exact, std::move(name));
}

std::string NamePattern::to_string() const {
  if (kind_ == Kind::any) return std::string(any_word);
  return kind_ == Kind::below ? '*' + name_ : name_;
}

bool NamePattern::matches(std::string_view name) const noexcept {
  if (kind_ == Kind::any) return true;
  return kind_ == Kind::below ? name.size() > name_.size() && name.ends_with(name_) : name == name_;
}

bool NamePattern::covers(const NamePattern& other) const noexcept {
  if (kind_ == Kind::any || *this == other) return true;
  return kind_ == Kind::below && other.kind_ != Kind::any && matches(other.name_);
}

}  // namespace duplexd
