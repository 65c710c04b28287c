// Keys of the catalogs that an upstream has endpoints from: etcd and Consul.
#include "core/config/endpoints/catalog_entry.hpp"
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/tls/spellings.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

/// "http://10.0.0.2:2379", "https://etcd1.internal:2379".
Parsed<CatalogServer> parse_server(std::string_view text) {
  const bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return ParseError{"has no http:// or https:// in front"};
  auto rest = text.substr(text.find("//") + 2);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto endpoint = catalog_endpoint(rest);
  if (!endpoint) return ParseError{"has no host and port behind its http://"};
  return CatalogServer{std::string(text), endpoint->address, tls};
}

Spelling<CatalogServer> server() {
  return {
      parse_server,
      [](const CatalogServer& server) { return yaml_scalar(server.text); },
      {"a URL with a port, such as http://10.0.0.2:2379", {}, "", {text_schema("^https?://.+:[0-9]+/?$")}}};
}

/// What a catalog is searched by.
Spelling<std::string> some_text(std::string_view expected) {
  return {[](std::string_view text) -> Parsed<std::string> {
            if (text.empty()) return ParseError{"is empty"};
            return parsed_text(std::string(text));
          },
          [](const std::string& text) { return yaml_scalar(text); },
          {std::string(expected), {}, "", {text_schema(".")}}};
}

Keys<TlsConfig> catalog_tls_keys() {
  Keys<TlsConfig> keys{
      value("server_name", &TlsConfig::server_name, text_or("server", request_word("a host name")), live,
            "The name that is asked for, and that the certificate has to be of; *server*: the host in "
            "*servers*."),
      value("verify", &TlsConfig::verify, tls_verify_or_not(), live,
            "Whether a certificate that is not trusted, has expired or is of another name is refused."),
  };
  std::ranges::move(trust_keys(live,
                               "A file of certificates that a server's may be signed by, in PEM; *system*: "
                               "those that this host trusts.",
                               "These files are read again when they have changed."),
                    std::back_inserter(keys));
  return keys;
}

Keys<CatalogAccess> access_keys(std::string_view servers) {
  return {
      list(
          "servers", &CatalogAccess::servers, server(), live, servers,
          "They belong to one catalog. One is asked at a time: when it fails, the next one at once, and when "
          "all have failed, again after pauses that grow to 5 s."),
      value("timeout", &CatalogAccess::timeout, duration(10ms, 1min), live,
            "What a request may take, the connection included."),
      value("refresh", &CatalogAccess::refresh, duration(1s, 10min), live,
            "How long changes are waited for, until all is asked anew.",
            "A server that has gone without a word, or is cut off from the others, is noticed then."),
      section("tls", &CatalogAccess::tls, "How TLS is spoken with servers that are _https://_.",
              catalog_tls_keys()),
  };
}

template <class Catalog>
Keys<Catalog> from_defaults(Keys<Catalog> keys) {
  for (auto& key : keys) key = std::move(key).from_defaults();
  return keys;
}

Keys<EtcdConfig> etcd_keys() {
  Keys<EtcdConfig> keys{
      value("prefix", &EtcdConfig::prefix, some_text("a prefix of keys, such as /services/pg/"), live,
            "The endpoints are the values of the keys that begin with it, in the order of the keys.",
            "A value is an address alone, _10.0.0.11:5432_, or JSON as an item of *endpoints_file*: "
            "_{\"address\": \"10.0.0.11:5432\", \"weight\": 5}_. End the prefix with a slash: without one "
            "_/services/pg_ has the keys of _/services/pg2_, too.")
          .needs("prefix: /services/pg/"),
  };
  auto more = from_defaults(in(
      &EtcdConfig::access,
      access_keys("URLs of members of the cluster, such as http://10.0.0.2:2379; *[]*: that of this host.")));
  std::ranges::move(more, std::back_inserter(keys));
  more = from_defaults(
      Keys<EtcdConfig>{value("user", &EtcdConfig::user, any_text(), live, "Who logs in; \"\": nobody."),
                       value("password_file", &EtcdConfig::password_file,
                             absolute_path_or("off", "/etc/duplexd/etcd.password"), live,
                             "A file with the password of *user*, at most 4 KiB; *off*: there is none.",
                             "It is read at each login, and a line end is no part of it.")});
  std::ranges::move(more, std::back_inserter(keys));
  return keys;
}

Keys<ConsulConfig> consul_keys() {
  Keys<ConsulConfig> keys{
      value("service", &ConsulConfig::service, some_text("the name of a service, such as pg"), live,
            "The endpoints are the instances of this service whose checks pass, with their weights.",
            "The address is that of the instance, or that of its node where it has none.")
          .needs("service: NAME"),
      value("tag", &ConsulConfig::tag, any_text(), live, "Only instances with this tag; \"\": all."),
      value("filter", &ConsulConfig::filter, any_text(), live,
            "Only instances that match an expression of Consul's; \"\": all.",
            "For example _'Node.Meta.rack == \"3\"'_."),
  };
  auto more =
      from_defaults(in(&ConsulConfig::access,
                       access_keys("URLs of agents or servers, such as http://10.0.0.2:8500; *[]*: that of "
                                   "this host.")));
  std::ranges::move(more, std::back_inserter(keys));
  more = from_defaults(Keys<ConsulConfig>{
      value("datacenter", &ConsulConfig::datacenter, any_text(), live,
            "The datacenter of the service; \"\": that of the server."),
      value("token_file", &ConsulConfig::token_file, absolute_path_or("off", "/etc/duplexd/consul.token"),
            live, "A file with the token to ask with, at most 4 KiB; *off*: there is none.",
            "It is read for each request, and a line end is no part of it.")});
  std::ranges::move(more, std::back_inserter(keys));
  return keys;
}

constexpr std::string_view about_all =
    "Changes count at once, as a reload would have it, without anybody asking for one. While no server "
    "answers, the endpoints stay as they are; *resolve.at_start* says whether duplexd starts without an "
    "answer. An entry that cannot be used is left out and logged; an answer has at most 4,096 entries, and 8 "
    "MiB. How servers are reached may stand in *defaults*.";

}  // namespace

Keys<UpstreamConfig> catalog_keys() {
  return {
      section_or_off("etcd", &UpstreamConfig::etcd, &EtcdConfig::enabled, live,
                     "Further endpoints, from the keys of an etcd (3.4 or later); *off*: none.", about_all,
                     etcd_keys()),
      section_or_off("consul", &UpstreamConfig::consul, &ConsulConfig::enabled, live,
                     "Further endpoints, from a service of Consul; *off*: none.", about_all, consul_keys())};
}

}  // namespace duplexd
