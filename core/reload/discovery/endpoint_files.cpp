#include "core/reload/discovery/endpoint_files.hpp"

#include "core/config/loader.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace duplexd {
namespace {

/// The first problem, in one line.
std::string in_words(const std::vector<Problem>& problems) {
  const std::string text = to_string(problems.front());
  const std::string first = text.substr(0, text.find('\n'));
  return problems.size() == 1 ? first : fmt::format("{} (and {} more)", first, problems.size() - 1);
}

}  // namespace

std::shared_ptr<const Config> EndpointFiles::look(const Config& config, Clock::time_point now,
                                                  const Tell& tell) {
  std::map<std::string, Watched> kept;
  std::shared_ptr<Config> changed;
  for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    if (upstream.endpoints_file.empty()) continue;
    auto& watched = kept[upstream.name] = std::move(watched_[upstream.name]);
    if (watched.path != upstream.endpoints_file) watched = {upstream.endpoints_file};
    if (!has_news(watched, now)) continue;
    UpstreamConfig other = upstream;
    if (!read(watched, other, tell)) continue;
    if (!changed) changed = std::make_shared<Config>(config);
    changed->upstreams[i] = std::move(other);
  }
  watched_ = std::move(kept);
  return changed;
}

bool EndpointFiles::has_news(Watched& watched, Clock::time_point now) const {
  const FileVersion version = version_of(watched.path);
  const bool is_other = version.device != watched.version.device || version.inode != watched.version.inode;
  if (version != std::exchange(watched.version, version)) watched.since = is_other ? now - rest : now;
  return version != watched.done && now - watched.since >= rest;
}

/// Whether the upstream has other endpoints now. The version is done only when they are in use, so that what
/// refuses them does so again.
bool EndpointFiles::read(Watched& watched, UpstreamConfig& upstream, const Tell& tell) const {
  const auto before = upstream.endpoints;
  const auto problems = load_endpoints_file(upstream);
  const bool could_be_read = problems.empty() || problems.front().line > 0;
  const bool has_changed = upstream.endpoints != before;
  if (could_be_read && !has_changed) watched.done = watched.version;
  const std::string fault = problems.empty() ? "" : in_words(problems);
  const bool is_news = fault != std::exchange(watched.fault, fault);
  if (is_news && !has_changed) tell({upstream.name, upstream.endpoints.size(), fault});
  return has_changed;
}

}  // namespace duplexd
