#pragma once

#include "core/server.hpp"
#include "daemon/control/query.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// An answer of the control socket that is an error: a status of HTTP, and a sentence.
struct Refusal {
  unsigned status = 0;
  std::string sentence;
};
template <class T>
using OrRefusal = boost::system::result<T, Refusal>;

/// The endpoint that a request is about, as it is now.
struct EndpointTarget {
  Orders::Name name;
  EndpointReport endpoint;
  Query query;
};

/// `target` of the request has `upstream` and `endpoint`, and may have the parameter `more` ("": none). A
/// name that does not exist is refused with those that do.
OrRefusal<EndpointTarget> endpoint_target(const Server& server, std::string_view target,
                                          std::string_view more = "");

/// The upstreams that `target` of the request wants to see: the one that it names, or all.
OrRefusal<std::vector<std::string>> upstream_targets(const Server& server, std::string_view target);

}  // namespace duplexd
