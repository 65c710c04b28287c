// Keys of the listener that tells programs what the process does.
#include "core/config/admin/admin_config.hpp"
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

using enum ReloadClass;

/// One address of TCP, with a port that is known beforehand.
Spelling<BindAddress> admin_address() {
  return {[](std::string_view text) -> Parsed<BindAddress> {
            const auto all = parse_bind(text);
            if (!all) return all.error();
            const BindAddress& first = all->front();
            if (all->size() > 1) return ParseError{"is a range of ports"};
            if (first.kind == BindAddress::Kind::inherited || first.address.is_unix())
              return ParseError{"is no address of TCP"};
            return first;
          },
          [](const BindAddress& bind) { return yaml_scalar(bind.to_string()); },
          {"an address and a port such as 127.0.0.1:9640", {}, "", {text_schema(":[0-9]+$")}}};
}

/// In lower case.
Spelling<std::string> host_name() {
  return {[](std::string_view text) -> Parsed<std::string> {
            if (text.empty() || text.find_first_of(" /:@[]*") != text.npos)
              return ParseError{"is no name of a host without a port"};
            std::string name(text);
            std::ranges::transform(name, name.begin(),
                                   [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
            return parsed_text(std::move(name));
          },
          [](const std::string& name) { return yaml_scalar(name); },
          {"a name such as proxy.example.com", {}, "", {text_schema("^[^ /:@*]+$")}}};
}

bool leaves_host(const BindAddress& bind) {
  return bind.kind == BindAddress::Kind::dual_stack || !bind.address.is_loopback();
}

/// A client on another host has to show a token, and TLS hides it on the way.
void check_admin(MapReader& map, const AdminConfig& admin) {
  const auto far = std::ranges::find_if(admin.bind, leaves_host);
  if (far == admin.bind.end()) return;
  const auto refuse = [&](std::string_view without, std::string_view add) {
    map.problem(map.place("bind"), "bind",
                fmt::format("{} can be reached from other hosts, and has no {}; write {}, or bind it to "
                            "127.0.0.1 or [::1]",
                            in_quotes(far->to_string()), without, add));
  };
  if (admin.token_file.empty()) refuse("token", "token_file: /etc/duplexd/admin.token");
  if (admin.certificate_file.empty()) refuse("TLS", "tls: {certificate_file: /etc/duplexd/admin.pem}");
}

Keys<AdminConfig> admin_tls_keys() {
  return {
      value("certificate_file", &AdminConfig::certificate_file,
            absolute_path_or("off", "/etc/duplexd/admin.pem"), live,
            "The certificate of the admin listener in PEM, and behind it those that it needs; *off*: it "
            "speaks no TLS."),
      value("key_file", &AdminConfig::key_file, absolute_path_or("same", "/etc/duplexd/admin.key"), live,
            "The key of the certificate, in PEM and without a passphrase; *same*: it is in the same file."),
  };
}

Key<AdminConfig> token_key() {
  auto key =
      value("token_file", &AdminConfig::token_file, absolute_path_or("off", "/etc/duplexd/admin.token"), live,
            "A file with one line, which requests have to show (_Authorization: Bearer_); *off*: "
            "requests need no token.",
            "A reload reads it again. It should be readable by the user that duplexd runs as alone.");
  key.read = [read = key.read](MapReader& map, const About& about, AdminConfig& admin) {
    read(map, about, admin);
    check_admin(map, admin);
  };
  return key;
}

}  // namespace

// The last key checks what belongs together.
Keys<AdminConfig> admin_keys() {
  return {
      list("bind", &AdminConfig::bind, admin_address(), rebind,
           "Addresses where programs, and people with a browser, read over HTTP what duplexd does; *[]*: "
           "nowhere.",
           "See *ADMIN LISTENER* in *duplexd*(8). It answers GET and HEAD, and changes nothing. An address "
           "that other hosts can reach needs *token_file* and *tls*."),
      list("hosts", &AdminConfig::hosts, host_name(), live,
           "Names that requests may be for (their Host), beside _localhost_ and the addresses of *bind*.",
           "All others are answered with 421, so that no page in a browser of this host reads from here "
           "under a name of its own (DNS rebinding)."),
      list("allow", &AdminConfig::allow, network(), live,
           "Networks (10.0.0.0/8, 2001:db8::/32) or addresses; if there are any, only clients from them may "
           "connect."),
      section("tls", "How TLS is spoken with programs that read.", admin_tls_keys()),
      token_key(),
  };
}

}  // namespace duplexd
