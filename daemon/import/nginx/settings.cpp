// Directives with one value.
#include "core/config/hints/foreign.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/times.hpp"

#include <algorithm>
#include <chrono>

namespace duplexd::importing::nginx {

bool has(const Setting& line, std::string_view word) {
  return std::ranges::find(line.args, word) != line.args.end();
}

bool is_on(const Setting* setting) { return setting && setting->arg(0) == "on"; }

std::optional<std::chrono::milliseconds> time_in(const Setting& setting, const Target& target) {
  const auto time = time_of(setting.arg(0), std::chrono::seconds(1));
  if (!time) target.refuse(setting, time.error().what);
  if (time && time->count() == 0) target.refuse(setting, "nginx is out of time at once");
  return time && time->count() != 0 ? std::optional(*time) : std::nullopt;
}

void carry_text(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  if (const Setting* const setting = scope.last(word)) target.set(key, plain(setting->arg(0)), *setting);
}

bool is_file(const Setting& setting, const Target& target) {
  constexpr std::string_view with_variables =
      "ssl_certificate ssl_certificate_key proxy_ssl_certificate proxy_ssl_certificate_key";
  const auto name = setting.arg(0);
  const bool varies = has_word(with_variables, setting.key) && name.find('$') != std::string_view::npos;
  if (name.starts_with('/') && !varies) return true;
  const bool is_other = varies || name.find(':') != std::string_view::npos;
  target.refuse(setting, varies     ? "duplexd's certificates are written out, and chosen by name"
                         : is_other ? "duplexd reads certificates and keys from files"
                                    : "it is in the folder of nginx.conf: import that by its absolute name");
  return false;
}

void carry_file(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  const Setting* const setting = scope.last(word);
  if (setting && is_file(*setting, target)) target.set(key, plain(setting->arg(0)), *setting);
}

void carry_time(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  const Setting* const setting = scope.last(word);
  if (!setting) return;
  if (const auto time = time_in(*setting, target)) target.set(key, time_text(*time), *setting);
}

void carry_size(const Scope& scope, std::string_view word, std::string_view key, const Target& target) {
  const Setting* const setting = scope.last(word);
  if (!setting) return;
  const auto size = size_text(setting->arg(0));
  size ? target.set(key, *size, *setting) : target.refuse(*setting, size.error().what);
}

std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '$' ? std::string("$$") : std::string(1, c);
  return result;
}

}  // namespace duplexd::importing::nginx
