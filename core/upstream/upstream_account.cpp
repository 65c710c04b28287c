#include "core/upstream/upstream_account.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace duplexd {

std::size_t EndpointAccount::Hash::operator()(const SocketAddress& address) const noexcept {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(address.data()), address.size()});
}

const Endpoint& EndpointAccount::at(const SocketAddress& address, std::uint64_t& last_serial) {
  const auto known = endpoints_.find(address);
  if (known != endpoints_.end()) return known->second;
  return endpoints_.try_emplace(address, name, standing_, address, ++last_serial).first->second;
}

void EndpointAccount::set_word(OperatorWord word) noexcept {
  const OperatorWord before = standing_.word.exchange(word, std::memory_order_relaxed);
  if (before == OperatorWord::none || word != OperatorWord::none) return;
  for (const auto& [address, endpoint] : endpoints_) {
    endpoint.trust().forgive();
    if (endpoint.standing() == Standing::up) endpoint.set_up(true, now_in_millis());
  }
}

void EndpointAccount::forget_unkept() noexcept {
  std::erase_if(endpoints_, [this](const auto& entry) {
    if (entry.second.take_kept() || entry.second.sessions().live > 0) return false;
    entry.second.add_to(forgotten_);
    return true;
  });
}

Totals::Endpoint EndpointAccount::totals() const {
  Totals::Endpoint row = forgotten_;
  row.name = name;
  row.usual_connect = {};
  for (const auto& [address, endpoint] : endpoints_) endpoint.add_to(row);
  return row;
}

// Its live sessions are counted where they go on, and were chosen there once more.
void EndpointAccount::begin_with(const Totals::Endpoint& earlier) noexcept {
  forgotten_.chosen += earlier.chosen - std::min(earlier.chosen, earlier.live);
  forgotten_.connected += earlier.connected;
  forgotten_.checks_passed += earlier.checks_passed;
  forgotten_.checks_failed += earlier.checks_failed;
  forgotten_.checks_not_made += earlier.checks_not_made;
  for (std::size_t i = 0; i < close_reason_count; ++i) forgotten_.failed[i] += earlier.failed[i];
}

std::shared_ptr<const Pool> UpstreamAccount::make_pool(std::shared_ptr<const UpstreamConfig> config,
                                                       std::vector<Pool::Member> members,
                                                       EndpointReach reach) {
  pools_.push_back(std::make_shared<const Pool>(std::move(config), std::move(members), std::move(reach)));
  return pools_.back();
}

// Pools first: no session can take an endpoint that is in no pool. Destroying a pool synchronizes with the
// workers that have released it, so that the sessions that they counted before are seen.
void UpstreamAccount::forget_unused(EventSink& sink) noexcept {
  std::erase_if(pools_, [](const auto& pool) { return pool.use_count() == 1; });
  for (const auto& pool : pools_) {
    for (const Pool::Member& member : pool->members()) member.endpoint->keep();
  }
  for (const auto& endpoint : endpoints) endpoint->forget_unkept();
  endpoints.sweep([&](const std::shared_ptr<EndpointAccount>& endpoint) {
    return endpoint->endpoint_count() == 0 && sink.release(endpoint);
  });
}

}  // namespace duplexd
