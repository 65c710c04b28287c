// Keys of the proxy that the endpoints of an upstream are reached through.
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"
#include "core/net/address/address_text.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

using enum ReloadClass;

struct Scheme {
  std::string_view prefix;
  TunnelProtocol protocol;
};
constexpr std::array schemes{Scheme{"socks5://", TunnelProtocol::socks5},
                             Scheme{"http://", TunnelProtocol::connect}};

/// "%40" and the like (RFC 3986, section 2.1). None: a percent sign that stands for nothing.
std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    unsigned char byte = static_cast<unsigned char>(text.front());
    std::size_t size = 1;
    if (byte == '%') {
      const auto digits = text.substr(1, 2);
      const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16).ptr;
      if (digits.size() < 2 || end != digits.data() + 2) return std::nullopt;
      size = 3;
    }
    result.push_back(static_cast<char>(byte));
    text.remove_prefix(size);
  }
  return result;
}

std::string refusal_of(const Tunnel& tunnel) {
  if (tunnel.user.empty()) return "has an @ and no user";
  if (tunnel.user.size() > Tunnel::longest_word || tunnel.password.size() > Tunnel::longest_word)
    return fmt::format("has a user or a password of more than {} bytes", Tunnel::longest_word);
  if (tunnel.protocol == TunnelProtocol::connect && tunnel.user.find(':') != std::string::npos)
    return "has a colon in its user, which HTTP cannot tell";
  return "";
}

/// "user" or "user:password". Returns what is wrong, or "".
std::string take_login(std::string_view text, ViaConfig& via) {
  const auto colon = text.find(':');
  via.has_password = colon != text.npos;
  const auto user = decoded(text.substr(0, colon));
  const auto password = decoded(via.has_password ? text.substr(colon + 1) : "");
  if (!user || !password) return "has a % that is not followed by two hexadecimal digits";
  via.tunnel.user = *user;
  via.tunnel.password = *password;
  via.text += text.substr(0, colon);
  via.text += via.has_password ? ":***@" : "@";
  return refusal_of(via.tunnel);
}

/// "proxy.internal:1080". Returns what is wrong, or "".
std::string take_address(std::string_view text, ViaConfig& via) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto address = parse_endpoint(text);
  const bool is_usable = address && text.find(unix_prefix) != 0 && !takes_port_of_listener(*address) &&
                         !std::holds_alternative<ServiceName>(*address);
  if (!is_usable) return "has no host and port";
  via.address = *address;
  via.text += text;
  return "";
}

Parsed<ViaConfig> parse_url(std::string_view text) {
  for (const auto& [prefix, protocol] : schemes) {
    if (!text.starts_with(prefix)) continue;
    ViaConfig via{.text = std::string(prefix)};
    via.tunnel.protocol = protocol;
    text.remove_prefix(prefix.size());
    const auto at = text.rfind('@');
    std::string wrong = at == text.npos ? "" : take_login(text.substr(0, at), via);
    if (wrong.empty()) wrong = take_address(text.substr(at == text.npos ? 0 : at + 1), via);
    if (!wrong.empty()) return ParseError{std::move(wrong)};
    return via;
  }
  return ParseError{"begins neither with socks5:// nor with http://"};
}

Spelling<ViaConfig> url() {
  return {parse_url,
          [](const ViaConfig& via) { return yaml_scalar(via.text); },
          {"a URL with a port, such as socks5://10.0.0.9:1080 or http://user@proxy.internal:3128",
           {},
           "",
           {text_schema("^(socks5|http)://.+:[0-9]+/?$")}}};
}

/// All of it but the file.
Field<ViaConfig, ViaConfig> proxy() {
  return {[](const ViaConfig& via) { return via; },
          [](ViaConfig& via, ViaConfig read) {
            read.enabled = via.enabled;
            read.password_file = std::move(via.password_file);
            via = std::move(read);
          }};
}

}  // namespace

Key<UpstreamConfig> via_key() {
  auto key = section_or_off(
      "via", &UpstreamConfig::via, &ViaConfig::enabled, new_sessions,
      "Reach the endpoints through a proxy, by SOCKS5 (_socks5://_) or by CONNECT of HTTP (_http://_); "
      "*off*: "
      "dial them.",
      "A URL alone is short for a map with it: _via: socks5://10.0.0.9:1080_. The proxy is dialled in place "
      "of "
      "each endpoint, and then asked for it, within *timeouts.connect*; a PROXY header and TLS with the "
      "endpoint "
      "come after that, and health checks go the same way. The proxy resolves endpoints that are host names; "
      "duplexd resolves the name of the proxy alone, as *resolve* says, and the names of services (_srv:_). "
      "Each address of the proxy counts as an address of every endpoint, for *balance*, *passive*, "
      "*max_sessions* and checks, so that one that is silent is avoided. What the proxy refuses ends an "
      "attempt with "
      "_via_refused_, and what else goes wrong with it with _via_failed_; the log has its answer as "
      "_via_error_. "
      "Unix sockets cannot be reached this way.",
      {value("url", proxy(), url(), new_sessions,
             "The proxy: socks5://HOST:PORT or http://HOST:PORT, with _user@_ or _user:password@_ in front "
             "of the "
             "host where it wants a login.",
             "In user and password _%40_ is an at sign, _%3A_ a colon and _%25_ a percent sign.")
           .needs("url: socks5://HOST:PORT or http://HOST:PORT"),
       value("password_file", &ViaConfig::password_file, absolute_path_or("off", "/etc/duplexd/via.password"),
             new_sessions,
             "A file with the password of the user in *url*, at most 255 bytes; *off*: there is none.",
             "It is read at the start and at each reload, and a line end is no part of it.")});
  key.about.short_for = "url";
  key.about.form = form_with("off", url().form);
  return key;
}

}  // namespace duplexd
