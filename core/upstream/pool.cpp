#include "core/upstream/pool.hpp"

#include "core/upstream/turns.hpp"

#include <sys/socket.h>

#include <utility>

namespace duplexd {
namespace {

std::vector<unsigned> weights_of(std::span<const Pool::Member> members) {
  std::vector<unsigned> weights;
  weights.reserve(members.size());
  for (const Pool::Member& member : members) weights.push_back(member.weight);
  return weights;
}

}  // namespace

Pool::Pool(std::shared_ptr<const UpstreamConfig> config, std::vector<Member> members)
    : config_(std::move(config)), members_(std::move(members)), turns_(order_of_turns(weights_of(members_))) {
  for (const SocketAddress& source : config_->source)
    sources_[source.family() == AF_INET6 ? 1 : 0].push_back(source);
}

std::span<const SocketAddress> Pool::sources(int family) const noexcept {
  if (family != AF_INET && family != AF_INET6) return {};
  return sources_[family == AF_INET6 ? 1 : 0];
}

}  // namespace duplexd
