#include "core/session/views/session_filter.hpp"

#include <algorithm>
#include <string_view>

namespace duplexd {
namespace {

bool is_meant(std::string_view wanted, std::string_view found) noexcept {
  return wanted.empty() || wanted == found;
}

bool lies_within(const Network& network, const PeerAddress& peer) noexcept {
  return peer.is_ip() && network.first <= peer.ip() && peer.ip() <= network.last;
}

std::uint64_t bytes_of(const SessionView& view) noexcept {
  return view.upstream_chain.bytes.read + view.downstream_chain.bytes.read;
}

}  // namespace

bool SessionFilter::is_empty() const noexcept {
  return ids.empty() && listener.empty() && upstream.empty() && endpoint.empty() && !source && !state &&
         min_age.count() == 0 && min_idle.count() == 0 && min_bytes == 0;
}

bool SessionFilter::matches(const SessionView& view) const noexcept {
  return is_meant(listener, view.listener) && is_meant(upstream, view.upstream) &&
         is_meant(endpoint, view.endpoint) && (!source || lies_within(*source, view.client)) &&
         (!state || *state == view.state) && view.age >= min_age && view.idle >= min_idle &&
         bytes_of(view) >= min_bytes && (ids.empty() || std::ranges::binary_search(ids, view.id));
}

}  // namespace duplexd
