// The servers of a backend as endpoints.
#include "core/config/spelling/wording.hpp"
#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/servers/servers.hpp"
#include "daemon/import/values/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace duplexd::importing::haproxy {
namespace {

/// "${NAME}" and nothing else: it may have a port, or not.
bool is_variable(std::string_view text) {
  return text.starts_with("${") && text.find('}') == text.size() - 1;
}

/// "ipv4@db.internal:5432": its addresses of one family alone.
bool is_name_of_family(std::string_view text) {
  if (!text.starts_with("ipv4@") && !text.starts_with("ipv6@")) return false;
  const std::string host = split_address(text.substr(5)).host;
  return host.find(':') == std::string::npos && !network_text(host);
}

/// An address, or why there is none.
Parsed<std::string> endpoint_address(std::string_view text) {
  if (text.starts_with('/')) return parsed_text(fmt::format("unix:{}", text));
  for (const std::string_view family : {"ipv4@", "ipv6@", "unix@", "mptcp4@", "mptcp@"}) {
    if (!text.starts_with(family)) continue;
    const auto rest = text.substr(family.size());
    return family == "unix@" ? parsed_text(fmt::format("unix:{}", rest)) : endpoint_address(rest);
  }
  if (text.starts_with("abnsz@")) return parsed_text(fmt::format("unix:@{}", text.substr(6)));
  if (text.find('@') != std::string_view::npos) return ParseError{"duplexd has no such kind of address"};
  const HostPort address = split_address(text);
  if (address.port.starts_with('+') || address.port.starts_with('-'))
    return ParseError{"duplexd has no ports that are added to the listener's"};
  if (is_variable(text)) return parsed_text(std::string(text));
  if (text.starts_with('_') && address.port.empty()) return parsed_text(fmt::format("srv:{}", text));
  return parsed_text(join_address(address.host, address.port.empty() ? "*" : address.port));
}

/// What makes servers so different that they cannot be of one upstream.
bool has_other_wire(const Server& one, const Server& other) {
  for (const char* option :
       {"ssl", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn"})
    if ((one.options.last(option) == nullptr) != (other.options.last(option) == nullptr)) return true;
  return false;
}

void carry_own(const Server& server, std::string_view option, std::string_view key, const Target& endpoint) {
  if (const Setting* const setting = server.options.last(option))
    endpoint.set(key, setting->arg(0), *setting);
}

/// Backups take turns in HAProxy only with option allbackups; without it the first that is up serves alone.
class Backups {
 public:
  Backups(const std::vector<Server>& servers, bool together) {
    const auto count = std::ranges::count_if(
        servers, [](const Server& server) { return server.options.last("backup") != nullptr; });
    together_ = together || count < 2;
  }

  void carry(const Server& server, const Target& endpoint) {
    const Setting* const backup = server.options.last("backup");
    if (!backup) return;
    if (together_) return endpoint.set("backup", "true", *backup);
    endpoint.set("priority", fmt::format("{}", ++last_), *backup);
    endpoint.demand("priority", *backup, "without a priority it would serve with the others");
    if (server.line->key == "server-template")
      endpoint.remark(*server.line, "all addresses of the name serve together when it is its turn");
  }

 private:
  bool together_ = false;
  std::size_t last_ = 0;  // priority
};

void carry_endpoint(const Server& server, const std::string& address, Backups& backups,
                    const Target& upstream) {
  const Setting& line = *server.line;
  const Target endpoint = upstream.item("endpoints");
  endpoint.set("address", address, line);
  carry_own(server, "weight", "weight", endpoint);
  carry_own(server, "maxconn", "max_sessions", endpoint);
  backups.carry(server, endpoint);
  if (const Setting* const disabled = server.options.last("disabled")) {
    endpoint.set("weight", "0", *disabled);
    endpoint.remark(*disabled, "weight 0 gives it no sessions; it is checked all the same");
  }
  if (is_name_of_family(line.arg(line.key == "server" ? 1 : 2)))
    endpoint.remark(line, "the name is resolved to both families; see resolve.prefer");
  if (is_variable(address)) endpoint.remark(line, "the variable has to have an address with a port");
  if (line.key == "server-template")
    endpoint.remark(line, "all addresses of the name are used, whatever their number");
}

void refuse_server(const Server& server, const Target& upstream, std::string_view why) {
  std::vector<SettingId> ids{server.line->id};
  for (const Setting& option : server.line->options) ids.push_back(option.id);
  upstream.place(*server.line);
  upstream.draft().ledger.refuse_all(ids, why);
}

}  // namespace

Servers carry_endpoints(const Section& section, const Target& upstream) {
  std::vector<Server> taken, servers = servers_of(section);
  const Setting* const together = section.all.last("option allbackups");
  if (together) upstream.carry(*together);
  Backups backups(servers, together != nullptr);
  for (Server& server : servers) {
    const std::size_t at = server.line->key == "server" ? 1 : 2;
    const auto address = endpoint_address(server.line->arg(at));
    const bool other = !taken.empty() && has_other_wire(server, taken.front());
    if (!address) refuse_server(server, upstream, address.error().what);
    if (address && other)
      refuse_server(
          server, upstream,
          "all endpoints of an upstream have TLS, and PROXY headers, or none has; write another upstream");
    if (!address || other) continue;
    carry_endpoint(server, *address, backups, upstream);
    taken.push_back(std::move(server));
  }
  return {std::move(taken), upstream};
}

}  // namespace duplexd::importing::haproxy
