#pragma once

#include "core/config/reading/documents.hpp"
#include "core/config/reading/map_reader.hpp"

#include <vector>

namespace duplexd {

/// Those below `upstreams:`, in the order of Documents::upstreams().
std::vector<UpstreamConfig> read_upstreams(Reading& reading, const Documents& documents,
                                           const UpstreamConfig& defaults);

/// The upstreams that listeners have of their own. They follow those below `upstreams:` in the configuration,
/// where nothing tells them apart.
class OwnUpstreams {
 public:
  OwnUpstreams(const Documents& documents, const UpstreamConfig& defaults)
      : documents_(documents), defaults_(defaults) {}

  /// Reads the keys of an upstream that stand in the map of a listener. Beside a reference to another
  /// upstream they are a problem.
  void read(MapReader& map, ListenerConfig& listener);
  std::vector<UpstreamConfig> take() { return std::move(all_); }

 private:
  const Documents& documents_;
  const UpstreamConfig& defaults_;
  std::vector<UpstreamConfig> all_;
};

/// Reports listeners at Unix sockets whose endpoints are dialled at the port or the address that the client
/// came to.
void check_ports_of_listeners(Reading& reading, const Documents& documents, const Config& config);

}  // namespace duplexd
