#pragma once

#include "core/config/upstream_config.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// What can be told of a source of endpoints.
struct SourceReport {
  using Time = std::chrono::system_clock::time_point;

  std::string name;                        ///< "srv:_db._tcp.internal", "etcd /services/db/"
  std::optional<std::size_t> endpoints{};  ///< in its last answer; none: there was none
  std::string failure{};                   ///< why it is not followed at present; "": it is
  std::string left_out{};                  ///< what of its answer cannot be used; "": all can
  std::optional<Time> succeeded{};         ///< the last answer; none: that is not known
  std::optional<Time> failed{};            ///< the last failure
};

/// Where an upstream has endpoints from that a configuration does not name: a service of DNS, or a catalog.
/// Used by the control thread.
class EndpointSource {
 public:
  virtual ~EndpointSource() = default;

  /// As they are now; none: it has never answered.
  virtual std::optional<std::vector<EndpointConfig>> endpoints() const = 0;
  virtual SourceReport report() const = 0;
};

}  // namespace duplexd
