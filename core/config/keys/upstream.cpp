// Keys of an upstream and of its endpoints.
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

/// "10.0.0.5" or "2001:db8::5", without a port: the kernel chooses it.
Spelling<SocketAddress> source_address() {
  return {[](std::string_view text) -> Parsed<SocketAddress> {
            const bool ipv6 = text.find(':') != std::string_view::npos;
            const auto address =
                SocketAddress::parse(ipv6 ? fmt::format("[{}]:0", text) : fmt::format("{}:0", text));
            if (!address || address->is_unix()) return ParseError{"is not an IP address without a port"};
            return *address;
          },
          [](const SocketAddress& address) {
            auto text = address.to_string();
            text.erase(text.rfind(':'));
            return yaml_scalar(text.starts_with('[') ? text.substr(1, text.size() - 2) : text);
          },
          {R"(an address of this host, such as 10.0.0.5 or "2001:db8::5")",
           {},
           "",
           {text_schema("^[0-9A-Fa-f:.]+(%[^ ]+)?$")}}};
}

/// AF_UNSPEC stands for the client's.
void take_sources(MapReader& map, UpstreamConfig& upstream,
                  const std::vector<Placed<SocketAddress>>& sources) {
  upstream.source.clear();
  for (const auto& source : sources)
    if (source.value.size() > 0) upstream.source.push_back(source.value);
  upstream.source_is_client = upstream.source.size() < sources.size();
  if (upstream.source_is_client && sources.size() > 1)
    map.problem(sources.front().place, "source",
                "the client's address stands alone; write source: client, or addresses of this host");
}

struct Dialled {
  std::string name;
  EndpointAddress address;
};

Field<EndpointConfig, Dialled> dialled() {
  return {[](const EndpointConfig& endpoint) {
            return Dialled{endpoint.name, endpoint.address};
          },
          [](EndpointConfig& endpoint, Dialled dialled) {
            endpoint.name = std::move(dialled.name);
            endpoint.address = std::move(dialled.address);
          }};
}

Spelling<Dialled> endpoint_address() {
  return {[](std::string_view text) -> Parsed<Dialled> {
            auto address = parse_endpoint(text);
            if (!address) return address.error();
            return Dialled{std::string(text), *std::move(address)};
          },
          [](const Dialled& endpoint) { return yaml_scalar(endpoint.name); },
          {.schema = {text_schema("^original_destination$|^(unix|srv):.+|:([1-9][0-9]*|[*]|[0-9]*[{][0-9]+[.]"
                                  "[.][0-9]+[}][0-9]*)$")}}};
}

Key<UpstreamConfig> endpoints_file_key() {
  return value(
      "endpoints_file", &UpstreamConfig::endpoints_file, absolute_path_or("off", "/etc/duplexd/pool.yaml"),
      live,
      "A file with a list of further endpoints, in YAML or JSON, each as in *endpoints*; *off*: there is "
      "none.",
      "duplexd looks every second whether the file was replaced, and applies the new list as a reload does, "
      "without anybody asking for one. _[]_ is a list of no endpoints, and an empty file is a mistake. The "
      "path is absolute, the file has at most 1 MiB, must not be writable by everyone, and knows no "
      "variables. Write another file and rename it to this one: a file that is written in place is taken "
      "when it has not changed for a second. With a mistake, or without the file, duplexd does not start, "
      "and a running one goes on with the last good list.");
}

Keys<ResolveConfig> resolve_keys() {
  return {
      value(
          "interval", &ResolveConfig::interval, duration(1s, 24h), live,
          "How often names are looked up again, at the latest; sessions stay where they are.",
          "A name is looked up when the TTL of its answer is over, if that is earlier, but not within a "
          "second. New "
          "ones use the new addresses. Names are those of /etc/hosts and of the name servers in "
          "/etc/resolv.conf, each of which is asked up to three times, for 1, 2 and 4 s; other sources of "
          "nsswitch.conf(5), and the options _timeout_ and _attempts_, do not count. A name that fails keeps "
          "its addresses and is asked for again after a second, then after twice as long each time, up to "
          "the interval. The two families are asked for apart: if nothing is learnt about one of them, that "
          "is "
          "a failure, too, and the addresses of that family stay, while the other one is followed."),
      value(
          "at_start", &ResolveConfig::required, one_of<bool>({{"required", true}, {"optional", false}}), live,
          "*required*: duplexd does not start while a name has no address; *optional*: it starts, and "
          "goes on trying.",
          "Hosts that a service of DNS, etcd or Consul names need no address; but if later it names hosts "
          "none "
          "of which has an address yet, or nothing but entries that cannot be used, the endpoints of before "
          "stay in use until that is over. An empty list from it counts at once."),
      value("prefer", &ResolveConfig::prefer,
            one_of<IpFamily>({{"ipv6", IpFamily::ipv6}, {"ipv4", IpFamily::ipv4}}), live,
            "The family whose addresses come first where a name has both.",
            "With *balance: first* sessions go there; with the other policies all addresses of a name take "
            "its turns."),
      value("attempt_delay", &ResolveConfig::attempt_delay,
            word_or<Duration>("off", 0ms, duration(100ms, 2s)), new_sessions,
            "Where a name has addresses of both families, and the one that is dialled has not answered for "
            "so long, one of the other family is dialled beside it, and the first to answer is used (RFC "
            "8305, Happy Eyeballs); *off*: it is not.",
            "The time is kept to a tenth of a second. An address that has lost this way, and answers nobody "
            "meanwhile, counts as failed for *passive*, so that only a few clients wait for a family that is "
            "silent."),
  };
}

Keys<UpstreamConfig> endpoint_socket_keys() {
  auto keys = in(&UpstreamConfig::endpoint, socket_option_keys(new_sessions, new_sessions));
  using Sources = std::vector<Placed<SocketAddress>>;
  keys.push_back(list(
      "source", std::function<void(MapReader&, UpstreamConfig&, Sources)>(take_sources),
      word_or<SocketAddress>("client", SocketAddress(), source_address()), new_sessions,
      "Addresses of this host to dial from, without ports, in turn; *[]*: the kernel chooses; *client*: the "
      "client's address, so that endpoints see it (IP_TRANSPARENT); needs CAP_NET_ADMIN or CAP_NET_RAW.",
      "Each gives another 28,000 or so ports for connections to one endpoint. Where one has no port left, "
      "or is gone, the others are tried before the endpoint is given up. There must be one of the family of "
      "each endpoint. "
      "With *client* the port is another one than the client's own, and what endpoints send to the client "
      "has to come back here: see *TRANSPARENT PROXYING* in *duplexd*(8). A client whose address a PROXY "
      "header said has that one. An endpoint of the other family cannot be dialled (_connect_other_family_); "
      "health checks and endpoints at Unix sockets take no notice."));
  return keys;
}

Keys<UpstreamConfig> joined(std::vector<Keys<UpstreamConfig>> parts) {
  Keys<UpstreamConfig> all;
  for (auto& part : parts) std::ranges::move(part, std::back_inserter(all));
  return all;
}

}  // namespace

const Keys<UpstreamConfig>& upstream_keys() {
  static const Keys<UpstreamConfig> keys = joined(
      {balance_keys(),
       {in(&UpstreamConfig::check, check_key())},
       passive_keys(),
       live_session_keys(),
       {section("resolve", &UpstreamConfig::resolve, "How host names become addresses.", resolve_keys()),
        section("endpoint", "The sockets that endpoints are dialled with.", endpoint_socket_keys())
            .from_defaults(),
        proxy_out_key(), endpoint_tls_key(), via_key(),
        maps("endpoints", &UpstreamConfig::endpoints, endpoint_keys(), "address",
             "What is dialled, one or a list: an address, or a map of an address and more.",
             "An address alone is short for a map without more. No address may be there twice.")
            .needs("a list of addresses to dial, such as endpoints: [10.0.0.11:5432]",
                   {"endpoints_file", "etcd", "consul"}),
        endpoints_file_key()},
       catalog_keys()});
  return keys;
}

const Keys<EndpointConfig>& endpoint_keys() {
  static const Keys<EndpointConfig> keys{
      value(
          "address", dialled(), endpoint_address(), live,
          "An address or a host name with a port: 10.0.0.11:5432, \"[2001:db8::1]:5432\", db.internal:5432, "
          "unix:/run/app.sock, a service of DNS: srv:_postgresql._tcp.db.internal, or original_destination.",
          "It is also the name of the endpoint in the log. With a range of numbers it stands for an endpoint "
          "with each of them, at most 1000: _\"web-{1..20}.internal:80\"_, _\"10.0.0.{11..13}:5432\"_; "
          "_{01..20}_ has two digits throughout. With the port _\\*_, as in _\"10.0.0.5:\\*\"_, it is "
          "dialled "
          "at the port of the listener that the client came to. "
          "A service stands for the endpoints that its SRV records (RFC 2782) name, HOST:PORT each, with "
          "weights and priorities from there: the largest weight above 1000 becomes 1000 and the others in "
          "proportion, 0 becomes 1, and the lowest priority comes first. It is asked for as host names are, "
          "and its endpoints come and go as a reload would have it, without anybody asking for one. While "
          "nobody answers, they stay; an answer of _._ means none. "
          "_original_destination_ is where the client wanted to go before _redirect_ or _tproxy_ of nftables "
          "led it here: see *TRANSPARENT PROXYING* in *duplexd*(8). A client that nobody led here ends with "
          "_no_original_destination_. All destinations together are one endpoint with one *max_sessions*; "
          "they have no health checks, and *passive* never ejects them.")
          .needs("address: HOST:PORT"),
      value("weight", &EndpointConfig::weight, number(0u, 1000u), live,
            "The endpoint's share of the sessions, compared with the weights of the others; 0: no new ones."),
      value("priority", &EndpointConfig::priority, number(0u, 100u), live,
            "Endpoints of the lowest number serve; those of the next serve while all before them are down."),
      value("backup", &EndpointConfig::backup, boolean(), live,
            "*true*: serves only while all endpoints that are no backups are down."),
      value("max_sessions", &EndpointConfig::max_sessions, session_limit("off"), live,
            "Sessions at once at each of its addresses; further ones wait in turn, see *max_waiting*."),
  };
  return keys;
}

}  // namespace duplexd
