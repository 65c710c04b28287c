#pragma once

#include "core/config/config.hpp"
#include "core/config/keys/key.hpp"

#include <string>
#include <vector>

namespace duplexd {

/// What a file has beside listeners and upstreams, and where it has those.
struct Head {
  Config config;  ///< without listeners and upstreams
  std::vector<Placed<std::string>> include;
  ListenerConfig listener;  ///< what every listener starts from
  UpstreamConfig upstream;  ///< what every upstream starts from
  const YamlEntry* listeners = nullptr;
  const YamlEntry* upstreams = nullptr;
};

// The table of keys, each of which is written here once. Made at the first use, and never changed.
const Keys<Head>& head_keys();   ///< of the main file
const Keys<Head>& names_keys();  ///< of a file that it includes
const Keys<ListenerConfig>& listener_keys();
const Keys<UpstreamConfig>& upstream_keys();
const Keys<EndpointConfig>& endpoint_keys();
const Keys<RouteConfig>& route_keys();

// Parts of it.
Keys<Config> process_keys();
Keys<LogConfig> log_keys();
Keys<Config> process_keys_in_defaults();
Keys<AdminConfig> admin_keys();
Keys<Timeouts> timeout_keys();
/// `of_bound_sockets` is the class of what a listening socket keeps from its beginning, `of_later_ones` of
/// what counts when the next one is bound.
Keys<SocketOptions> socket_option_keys(ReloadClass of_bound_sockets, ReloadClass of_later_ones);
Keys<NetworkOptions> network_keys(ReloadClass of_bound_sockets, ReloadClass of_later_ones);
Keys<NetworkOptions> arrival_keys();  ///< how clients come in
Key<CheckConfig> check_key();
Key<ListenerConfig> listener_upstream_key();
Key<ListenerConfig> routes_key();
Key<ListenerConfig> starttls_key();
Key<ListenerConfig> proxy_in_key();
Key<UpstreamConfig> proxy_out_key();
Key<ListenerConfig> listener_tls_key();
Key<UpstreamConfig> endpoint_tls_key();
Key<UpstreamConfig> via_key();
/// The authorities that we trust, and the certificate that we show. `authorities` and `more` describe the
/// first.
Keys<TlsConfig> trust_keys(ReloadClass reload_class, std::string_view authorities,
                           std::string_view more = "");
Keys<UpstreamConfig> catalog_keys();       ///< what endpoints are discovered in
Keys<UpstreamConfig> balance_keys();       ///< which endpoint a session gets
Keys<UpstreamConfig> live_session_keys();  ///< what becomes of sessions whose endpoint takes no more
Keys<UpstreamConfig> passive_keys();       ///< what sessions themselves show, and what they do then
Key<UnixSocketPermissions> unix_mode_key(ReloadClass reload_class);
Key<UnixSocketPermissions> unix_group_key(ReloadClass reload_class);

Spelling<Network> network();                                      ///< a CIDR block, or an address
Spelling<Duration> duration_or_off();                             ///< up to a year
Spelling<std::size_t> session_limit(std::string_view unlimited);  ///< `unlimited` is the word for 0

}  // namespace duplexd
