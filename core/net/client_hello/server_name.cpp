#include "core/net/client_hello/server_name.hpp"

#include "core/net/address/address_text.hpp"

#include <algorithm>

namespace duplexd {
namespace {

constexpr std::size_t longest_host_label = 63;

bool is_host_label(std::string_view label) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= longest_host_label &&
         std::all_of(label.begin(), label.end(), allowed);
}

}  // namespace

bool is_host_name(std::string_view name) noexcept {
  if (name.size() > longest_host_name) return false;
  for (auto dot = name.find('.'); dot != name.npos; dot = name.find('.')) {
    if (!is_host_label(name.substr(0, dot))) return false;
    name.remove_prefix(dot + 1);
  }
  return is_host_label(name);
}

bool is_ip_literal(std::string_view text) noexcept {
  const bool in_brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
  return parse_ip(in_brackets ? text.substr(1, text.size() - 2) : text).has_value();
}

}  // namespace duplexd
