#include "core/reload/endpoint_watch.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {

void EndpointWatch::look(const Generation& served) {
  std::unordered_set<const Endpoint*> ejected;
  for (const ServedUpstream& upstream : served.upstreams()) {
    for (const Pool::Member& member : upstream.pool->members())
      if (member.endpoint->trust().ejected()) ejected.insert(member.endpoint);
  }
  for (const ServedUpstream& upstream : served.upstreams()) {
    for (const Pool::Member& member : upstream.pool->members()) {
      const bool is_ejected = ejected.contains(member.endpoint);
      if (is_ejected != ejected_.contains(member.endpoint)) report(upstream, *member.endpoint, is_ejected);
    }
  }
  ejected_ = std::move(ejected);
}

void EndpointWatch::report(const ServedUpstream& upstream, const Endpoint& endpoint, bool ejected) {
  const Millis left = endpoint.trust().ejected_until() - now_in_millis();
  sink_.notice({.kind = ejected ? Notice::Kind::endpoint_ejected : Notice::Kind::endpoint_readmitted,
                .worker = number_,
                .subject = endpoint.name,
                .upstream = upstream.account->name,
                .address = endpoint.peer,
                .count = ejected ? static_cast<std::uint64_t>(std::max<Millis>(left, 0)) : 0});
}

}  // namespace duplexd
