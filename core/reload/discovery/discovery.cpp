#include "core/reload/discovery/discovery.hpp"

#include "core/reload/generation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

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
  look_at_sources(current);
  if (found) {
    concerned_ = changed_upstreams(*found, current.asked_for());
  } else if (current.is_outdated()) {
    concerned_ = changed_upstreams(*current.found_now(), current.config());
    found = std::make_shared<const Config>(current.asked_for());
  }
  return found;
}

// A failure is told when it begins. Its end is told, too, unless there are other endpoints now.
void Discovery::look_at_sources(const Generation& current) {
  std::map<std::string, std::string> failing;
  for (const EndpointSources::Source& source : current.sources().all()) {
    const UpstreamConfig& upstream = current.config().upstreams[source.upstream];
    const SourceReport report = source.of->report();
    const auto fail = [&](const std::string& key, const std::string& why) {
      const auto [place, is_new] = failing.emplace(fmt::format("{} {}", upstream.name, key), upstream.name);
      if (is_new && !failing_.contains(place->first))
        tell({upstream.name, upstream.endpoints.size(), fmt::format("{}: {}", report.name, why)});
    };
    if (!report.failure.empty()) fail(report.name, report.failure);
    if (!report.left_out.empty()) fail(report.left_out, "left out: " + report.left_out);
  }
  const auto before = std::exchange(failing_, std::move(failing));
  if (!current.is_outdated()) tell_recovered(before, current.config());
}

void Discovery::tell_recovered(const std::map<std::string, std::string>& before, const Config& config) const {
  for (const auto& [what, name] : before) {
    const auto upstream = std::ranges::find(config.upstreams, name, &UpstreamConfig::name);
    if (!failing_.contains(what) && upstream != config.upstreams.end())
      tell({name, upstream->endpoints.size()});
  }
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
