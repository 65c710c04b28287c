// server blocks as listeners.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

constexpr const char* udp_only = "duplexd relays TCP, not UDP";

using Listens = std::vector<const Setting*>;

bool has(const Setting& listen, std::string_view word) {
  return std::ranges::find(listen.args, word) != listen.args.end();
}

/// Lines that can be of one listener: with TLS, or without; behind proxies, or not.
std::vector<Listens> groups_of(const Scope& scope, const Target& head) {
  std::vector<Listens> groups;
  for (const Setting* const listen : scope.all("listen")) {
    if (has(*listen, "udp")) {
      head.refuse(*listen, udp_only);
      continue;
    }
    const auto found = std::ranges::find_if(groups, [&](const Listens& group) {
      return has(*group[0], "ssl") == has(*listen, "ssl") &&
             has(*group[0], "proxy_protocol") == has(*listen, "proxy_protocol");
    });
    found == groups.end() ? groups.push_back({listen}) : found->push_back(listen);
  }
  return groups;
}

/// "pg-5432": where it goes, unless a variable says so, and the port.
std::string name_for(const Scope& scope, const Listens& listens) {
  const Setting* const name = scope.last("server_name");
  if (name && !name->arg(0).empty()) return std::string(name->arg(0));
  const auto address = listens[0]->arg(0);
  const auto colon = address.rfind(':');
  const auto port = colon == address.npos ? address : address.substr(colon + 1);
  const Setting* const pass = scope.last("proxy_pass");
  const bool plain_name = pass && pass->arg(0).find_first_of("$:/") == std::string_view::npos;
  return plain_name ? std::string(pass->arg(0)) : fmt::format("port-{}", port);
}

void carry_sockets(const Scope& scope, const Target& listener) {
  carry_time(scope, "proxy_connect_timeout", "timeouts.connect", listener);
  carry_time(scope, "proxy_timeout", "timeouts.idle", listener);
  carry_time(scope, "preread_timeout", "timeouts.handshake", listener);
  carry_time(scope, "proxy_protocol_timeout", "timeouts.handshake", listener);
  carry_size(scope, "proxy_download_rate", "bandwidth.session_downstream", listener);
  carry_size(scope, "proxy_upload_rate", "bandwidth.session_upstream", listener);
  const Setting* const nodelay = scope.last("tcp_nodelay");
  if (!nodelay) return;
  nodelay->arg(0) == "off" ? listener.set("client.nodelay", "false", *nodelay) : listener.carry(*nodelay);
}

void explain(const Block& server, const std::string& path, Ledger& ledger) {
  for (const Block& each : server.inside) {
    if (!ledger.is_open(each.head.id)) continue;
    ledger.place(each.head.id, path);
    each.has_block ? ledger.refuse_all(ids_of(each), reason_against(each.head))
                   : ledger.refuse(each.head.id, reason_against(each.head));
  }
}

}  // namespace

void carry_server(const Block& server, Stream& stream) {
  const Scope scope = scope_of(server, stream.scope);
  std::string path;
  const auto all = scope.all("listen");
  if (!all.empty() && std::ranges::all_of(all, [](const Setting* listen) { return has(*listen, "udp"); }))
    return stream.draft.ledger.refuse_all(ids_of(server), udp_only);
  for (const Listens& listens : groups_of(scope, process_of(stream.draft))) {
    const std::string name = free_name(stream.draft, "listeners", name_for(scope, listens));
    const Target listener = listener_of(stream.draft, name);
    carry_listens(scope, listens, listener);
    carry_sockets(scope, listener);
    carry_rules(scope, listener);
    const bool serves = carry_pass(scope, listener, stream);
    if (serves) listener.carry(server.head);
    if (serves && scope.last("server_name")) listener.carry(*scope.last("server_name"));
    path = listener.path();
  }
  explain(server, path, stream.draft.ledger);
}

}  // namespace duplexd::importing::nginx
