#include "core/reload/discovery/discovery.hpp"

#include "core/reload/generation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace duplexd {
namespace {

/// The upstreams of `after` that have other endpoints than in `before`.
std::vector<Discovered> changed_upstreams(const Config& before, const Config& after) {
  std::vector<Discovered> changed;
  for (const UpstreamConfig& upstream : after.upstreams) {
    const auto old = std::ranges::find(before.upstreams, upstream.name, &UpstreamConfig::name);
    if (old != before.upstreams.end() && old->endpoints != upstream.endpoints)
      changed.push_back({upstream.name, upstream.endpoints.size()});
  }
  return changed;
}

}  // namespace

std::shared_ptr<const Config> Discovery::look(const Generation& current,
                                              EndpointFiles::Clock::time_point now) {
  auto found = files_.look(current.asked_for(), now, [this](const Discovered& fault) { tell(fault); });
  look_at_services(current);
  if (found) {
    concerned_ = changed_upstreams(*found, current.asked_for());
  } else if (current.is_outdated()) {
    concerned_ = changed_upstreams(*current.found_now(), current.config());
    found = std::make_shared<const Config>(current.asked_for());
  }
  return found;
}

void Discovery::look_at_services(const Generation& current) {
  std::set<std::string> failing;
  for (const Service& service : current.services().all()) {
    const NameState& state = service.subscription.state();
    if (state.failure.empty()) continue;
    const UpstreamConfig& upstream = current.config().upstreams[service.upstream];
    const std::string& question = service.subscription.host();
    const auto [place, is_new] = failing.insert(fmt::format("{} {}", upstream.name, question));
    if (is_new && !failing_.contains(*place))
      tell({upstream.name, upstream.endpoints.size(), fmt::format("{}: {}", question, state.failure)});
  }
  failing_ = std::move(failing);
}

void Discovery::applied(const Config& before, const Config& after) noexcept try {
  refused_.clear();
  for (const Discovered& upstream : changed_upstreams(before, after)) tell(upstream);
} catch (...) {  // std::bad_alloc: nothing else is thrown
}

void Discovery::refused(const std::string& why) noexcept try {
  if (why == refused_) return;
  refused_ = why;
  for (Discovered& upstream : concerned_) {
    upstream.failure = why;
    tell(upstream);
  }
} catch (...) {  // std::bad_alloc: nothing else is thrown
}

}  // namespace duplexd
