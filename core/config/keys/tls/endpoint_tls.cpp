// Keys of the TLS that is spoken with those that we connect to: endpoints, and the servers of catalogs.
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/tls/spellings.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

using enum ReloadClass;

Keys<TlsConfig> peer_keys() {
  Keys<TlsConfig> keys{
      value("verify", &TlsConfig::verify, tls_verify(), new_sessions,
            "What an endpoint's certificate has to be; *full*: trusted, not expired, and of its name; "
            "*chain*: the same, but of any name; *off*: anything, which helps against nobody who is between.",
            "An endpoint whose certificate is not accepted is not connected to, and the next one is tried."),
      value(
          "server_name", &TlsConfig::server_name, text_or("endpoint", request_word("a host name")),
          new_sessions,
          "The name that is asked for (SNI), and that the certificate has to be of; *endpoint*: the host of "
          "the endpoint as it is written."),
  };
  std::ranges::move(trust_keys(new_sessions,
                               "A file of certificates that an endpoint's may be signed by, in PEM; "
                               "*system*: those that this host trusts."),
                    std::back_inserter(keys));
  return keys;
}

}  // namespace

Keys<TlsConfig> trust_keys(ReloadClass reload_class, std::string_view authorities, std::string_view more) {
  return {
      value("ca_file", &TlsConfig::ca_file, absolute_path_or("system", "/etc/duplexd/ca.pem"), reload_class,
            authorities, more),
      value("certificate_file", &TlsConfig::certificate_file,
            absolute_path_or("off", "/etc/duplexd/client.pem"), reload_class,
            "The certificate that duplexd shows, with those that it needs, in PEM; *off*: none."),
      value("key_file", &TlsConfig::key_file, absolute_path_or("off", "/etc/duplexd/client.key"),
            reload_class,
            "The key of that certificate, in PEM and without a passphrase; *off*: it is in the same file."),
  };
}

Key<UpstreamConfig> endpoint_tls_key() {
  Keys<EndpointTlsConfig> keys = in(&EndpointTlsConfig::peer, peer_keys());
  std::ranges::move(
      Keys<EndpointTlsConfig>{
          value("min_version", &EndpointTlsConfig::min_version, tls_version(), new_sessions,
                "The oldest version of TLS that an endpoint may speak."),
          list("alpn", &EndpointTlsConfig::alpn, alpn_protocol(), new_sessions,
               "The protocols that are offered by ALPN, the best first; *[]*: none."),
          value("resumption", &EndpointTlsConfig::resumption, boolean(), new_sessions,
                "Whether sessions of TLS are resumed with an endpoint that they were begun with.",
                "A handshake is shorter then, and neither side signs anything."),
      },
      std::back_inserter(keys));
  auto key = section_or_off("tls", &UpstreamConfig::tls, &EndpointTlsConfig::enabled, new_sessions,
                            "TLS is spoken with the endpoints; *off*: it is not.",
                            "The word *on* alone is short for a map without keys. The files are read at the "
                            "start and at each reload.",
                            keys);
  key.about.form.words.push_back(MapReader::on_word);
  key.about.short_for = MapReader::on_word;
  return key;
}

}  // namespace duplexd
