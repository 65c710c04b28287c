#pragma once

#include "core/config/edge/tls_config.hpp"
#include "core/net/address/address.hpp"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace duplexd {

/// One server of a catalog: "https://etcd1.internal:2379".
struct CatalogServer {
  std::string text{};  ///< as written
  EndpointAddress address{};
  bool tls = false;
  bool operator==(const CatalogServer&) const = default;
};

/// How a catalog is reached. Its servers know the same; one is asked at a time.
struct CatalogAccess {
  std::vector<CatalogServer> servers{};       ///< empty: the one of this host, at its usual port
  TlsConfig tls{};                            ///< of servers with TLS
  std::chrono::milliseconds timeout{5'000};   ///< of a request, the connection included
  std::chrono::milliseconds refresh{30'000};  ///< how long changes are waited for until all is asked anew
  bool operator==(const CatalogAccess&) const = default;
};

/// The keys of etcd that begin with a prefix; each has an endpoint for a value.
struct EtcdConfig {
  bool enabled = false;
  CatalogAccess access{};
  std::string prefix{};
  std::string user{};           ///< "": nobody
  std::string password_file{};  ///< absolute; "": none
  bool operator==(const EtcdConfig&) const = default;
};

/// The instances of a service of Consul whose checks pass.
struct ConsulConfig {
  bool enabled = false;
  CatalogAccess access{};
  std::string service{};
  std::string tag{};         ///< that instances have to have; "": any
  std::string filter{};      ///< an expression of Consul's; "": none
  std::string datacenter{};  ///< "": that of the server
  std::string token_file{};  ///< absolute; "": none
  bool operator==(const ConsulConfig&) const = default;
};

/// What one catalog is asked for an upstream. Equal questions have equal answers.
using CatalogQuestion = std::variant<EtcdConfig, ConsulConfig>;

}  // namespace duplexd
