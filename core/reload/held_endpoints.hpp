#pragma once

#include "core/config/config.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

class Generation;

/// The endpoints that upstreams keep because nothing of what their sources say now can be dialled (yet): no
/// host has an address, or no entry is an endpoint. Without them these upstreams would be out of service.
struct HeldEndpoints {
  std::map<std::string, std::vector<EndpointConfig>> of_upstream{};  ///< by its name
  std::string why{};  ///< the first of them; "": there are none

  bool empty() const noexcept { return of_upstream.empty(); }
};

/// What `next` has to keep of `current`: the endpoints of upstreams that have an address now and would have
/// none. An upstream keeps nothing if the operator gives it other sources, or if its source says that there
/// are no endpoints.
HeldEndpoints held_endpoints(const Generation& next, const Generation& current);

/// The configuration with them; the same if there are none.
std::shared_ptr<const Config> with_held(std::shared_ptr<const Config> config, const HeldEndpoints& held);

}  // namespace duplexd
