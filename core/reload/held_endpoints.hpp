#pragma once

#include "core/config/config.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

class Generation;

/// The endpoints that upstreams keep although their sources say something else, because nothing of that can
/// be dialled (yet): no host has an address, or no entry is an endpoint. They would be out of service.
struct HeldEndpoints {
  std::map<std::string, std::vector<EndpointConfig>> of_upstream{};  ///< by its name
  std::string why{};  ///< the first of them; "": there are none

  bool empty() const noexcept { return of_upstream.empty(); }
};

/// What `next` has to keep of `current`: of upstreams that have an address now and would have none. That is
/// not for those that the operator gives other sources, and a source may say that there are no endpoints.
HeldEndpoints held_endpoints(const Generation& next, const Generation& current);

/// The configuration with them; the same if there are none.
std::shared_ptr<const Config> with_held(std::shared_ptr<const Config> config, const HeldEndpoints& held);

}  // namespace duplexd
