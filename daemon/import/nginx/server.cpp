// server blocks as listeners.
#include "core/config/hints/foreign.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

constexpr const char* udp_only = "duplexd relays TCP, not UDP";

/// The parameters that are of a listener as a whole in duplexd.
std::vector<std::string> shared_options(const Setting& listen) {
  constexpr std::string_view shared =
      "ssl proxy_protocol so_keepalive fastopen rcvbuf sndbuf deferred multipath";
  std::vector<std::string> options;
  for (std::size_t word = 1; word < listen.args.size(); ++word) {
    const std::string& text = listen.args[word];
    if (has_word(shared, text.substr(0, text.find('=')))) options.push_back(text);
  }
  std::ranges::sort(options);
  return options;
}

std::string backlog_of(const Setting& listen) {
  const auto found = std::ranges::find(listen.options, "backlog", &Setting::key);
  return found == listen.options.end() ? "" : std::string(found->arg(0));
}

/// Whether both can be of one listener. A line without a backlog takes that of the others.
bool fit_together(const Setting& one, const Setting& other) {
  const std::string backlog = backlog_of(one), another = backlog_of(other);
  return shared_options(one) == shared_options(other) &&
         (backlog == another || backlog.empty() || another.empty());
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
      return std::ranges::all_of(group, [&](const Setting* each) { return fit_together(*each, *listen); });
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
  carry_size(scope, "proxy_download_rate", "bandwidth.session_downstream", listener);
  carry_size(scope, "proxy_upload_rate", "bandwidth.session_upstream", listener);
  const Setting* const nodelay = scope.last("tcp_nodelay");
  if (!nodelay) return;
  nodelay->arg(0) == "off" ? listener.set("client.nodelay", "false", *nodelay) : listener.carry(*nodelay);
}

const Node* upstream_named(const Node* name, const Node& upstreams) {
  return name ? upstreams.find(name->text) : nullptr;
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

std::vector<const Node*> upstreams_behind(const Target& listener) {
  const Node& all = listener.draft().root.child("upstreams");
  std::vector<const Node*> found{upstream_named(listener.node().find("upstream"), all)};
  if (const Node* const routes = listener.node().find("routes"))
    for (const Node& route : routes->children) found.push_back(upstream_named(route.find("upstream"), all));
  std::erase(found, nullptr);
  return found;
}

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
    carry_rules(scope, listens, listener);
    const bool serves = carry_pass(scope, listener, stream);
    carry_times(scope, listens, listener);
    check_trust(scope, listens, listener);
    if (serves) listener.carry(server.head);
    if (serves && scope.last("server_name")) listener.carry(*scope.last("server_name"));
    path = listener.path();
  }
  explain(server, path, stream.draft.ledger);
}

}  // namespace duplexd::importing::nginx
