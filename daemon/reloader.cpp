#include "daemon/reloader.hpp"

#include "core/config/interfaces.hpp"
#include "core/metrics/probes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace duplexd {
namespace {

using Result = ReloadOutcome::Result;

bool waits_for_restart(const Change& change) { return change.reload_class == ReloadClass::restart; }

/// A password is not shown, and so is in no list of differences.
bool have_same_secrets(const Config& one, const Config& other) {
  return std::ranges::equal(one.upstreams, other.upstreams,
                            [](const UpstreamConfig& before, const UpstreamConfig& now) {
                              return before.check == now.check && before.via == now.via;
                            });
}

constexpr std::string_view no_file =
    "duplexd: error: there is no file to read again: duplexd runs with --listen";
constexpr std::string_view no_memory = "duplexd: error: there was too little memory to reload";

/// Without memory for the problem the outcome has none.
template <class Problem>
void refuse(ReloadOutcome& outcome, Problem problem) noexcept {
  outcome.result = Result::refused;
  outcome.changes.clear();
  outcome.beside.clear();
  outcome.kept_weights.clear();
  try {
    outcome.problems.push_back(problem());
  } catch (const std::bad_alloc&) {
  }
}

/// The place of a failure is the key that caused it.
std::string placed(const StartFailure& failure, const std::vector<EffectiveValue>& effective) {
  const auto key = std::ranges::find_if(effective, [&](const EffectiveValue& value) {
    return !failure.path.empty() && value.path.starts_with(failure.path);
  });
  const std::string place = key == effective.end() ? "duplexd" : key->origin;
  return fmt::format("{}: error: {}", place, failure.what);
}

/// The values in use after a reload from `before` to `after`: restart keys keep their values.
std::vector<EffectiveValue> in_use(const std::vector<EffectiveValue>& before,
                                   std::vector<EffectiveValue> after) {
  std::unordered_map<std::string_view, const EffectiveValue*> old;
  for (const EffectiveValue& value : before) old.emplace(value.path, &value);
  for (EffectiveValue& value : after) {
    const auto located = locate_key(value.path);
    const auto known = old.find(value.path);
    if (located && located->rule->reload_class == ReloadClass::restart && known != old.end())
      value.value = known->second->value;
  }
  return after;
}

const EndpointConfig* find(const Config& config, const Orders::Name& name) {
  const auto upstream = std::ranges::find(config.upstreams, name.first, &UpstreamConfig::name);
  if (upstream == config.upstreams.end()) return nullptr;
  const auto endpoint = std::ranges::find(upstream->endpoints, name.second, &EndpointConfig::name);
  return endpoint == upstream->endpoints.end() ? nullptr : &*endpoint;
}

std::vector<KeptWeight> kept_weights(const Orders& orders, const Config& file) {
  std::vector<KeptWeight> kept;
  for (const auto& [name, order] : orders.all()) {
    const EndpointConfig* const endpoint = order.weight ? find(file, name) : nullptr;
    if (endpoint && endpoint->weight != *order.weight)
      kept.push_back({name, *order.weight, endpoint->weight});
  }
  return kept;
}

/// Who asked may lack the memory to hear of it: the next reload does not depend on that.
void tell(const Reloader::Done& done, const ReloadOutcome& outcome) noexcept {
  try {
    done(outcome);
  } catch (const std::bad_alloc&) {
  }
}

std::vector<std::string> paths_of_pending(const std::vector<Change>& changes) {
  std::vector<std::string> paths;
  for (const Change& change : changes) {
    if (waits_for_restart(change)) paths.push_back(change.path);
  }
  return paths;
}

}  // namespace

std::string_view to_word(Result result) noexcept {
  switch (result) {
    case Result::applied:
      return "applied";
    case Result::unchanged:
      return "unchanged";
    case Result::refused:
      break;
  }
  return "refused";
}

Reloader::Reloader(Server& server, ConfigSource source, LoadedConfig running, Hooks hooks)
    : server_(server),
      source_(std::move(source)),
      hooks_(std::move(hooks)),
      config_(std::move(running.config)),
      effective_(std::move(running.effective)),
      items_(std::move(running.items)) {}

void Reloader::request(Done done) {
  waiting_.push_back(std::move(done));
  if (!current_) begin();
}

ReloadOutcome Reloader::plan() const { return attempt().outcome; }

Reloader::Attempt Reloader::attempt() const {
  Attempt attempt;
  ReloadOutcome& outcome = attempt.outcome;
  outcome.time = std::chrono::system_clock::now();
  LoadedConfig loaded;
  if (source_.load) loaded = source_.load();
  if (!loaded.config) {
    outcome.result = Result::refused;
    for (const Problem& problem : loaded.problems) outcome.problems.push_back(to_string(problem));
    if (!source_.load) outcome.problems.emplace_back(no_file);
    return attempt;
  }
  outcome.changes = difference(effective_, loaded.effective);
  outcome.kept_weights = kept_weights(server_.orders(), *loaded.config);
  const bool has_changes = !std::ranges::all_of(outcome.changes, waits_for_restart);
  outcome.beside = beside(*loaded.config, has_changes);
  outcome.result = has_changes || !outcome.beside.empty() ? Result::applied : Result::unchanged;
  attempt.config = std::move(loaded.config);
  attempt.in_use = in_use(effective_, loaded.effective);
  attempt.pending_restart = paths_of_pending(outcome.changes);
  attempt.read = std::move(loaded.effective);
  attempt.items = std::move(loaded.items);
  return attempt;
}

// A change of a value may be what makes addresses or checks differ.
std::vector<std::string> Reloader::beside(const Config& file, bool has_changes) const {
  std::vector<std::string> all = server_.stale_addresses();
  if (server_.has_changed_files() || hooks_.has_changed_files())
    all.emplace_back(
        "files of certificates, keys or passwords have changed: what begins from now on uses them");
  if (has_changes) return all;
  if (!have_same_addresses(server_.asked_for(), file))
    all.emplace_back("interfaces, or files of endpoints, stand for other addresses now");
  if (!have_same_secrets(server_.asked_for(), file)) all.emplace_back("a password is another one");
  return all;
}

Reloader::Attempt Reloader::attempt_within_memory() const noexcept {
  try {
    return attempt();
  } catch (const std::bad_alloc&) {
    Attempt failed;
    failed.outcome.time = std::chrono::system_clock::now();
    refuse(failed.outcome, [] { return std::string(no_memory); });
    return failed;
  }
}

void Reloader::begin() {
  served_.swap(waiting_);
  hooks_.on_begin();
  current_ = attempt_within_memory();
  if (current_->outcome.result != Result::applied) return end();
  if (const auto prepared = hooks_.prepare(*current_->config); !prepared) return on_reloaded(prepared);
  server_.reload(current_->config, [this](const StartResult<void>& result) { on_reloaded(result); });
}

void Reloader::on_reloaded(const StartResult<void>& result) {
  if (result) {
    config_ = current_->config;
    ++generation_;
  } else {
    refuse(current_->outcome, [&] { return placed(result.error(), current_->read); });
  }
  end();
}

// Requests by those who hear of the outcome share the next reload.
void Reloader::end() {
  last_ = std::move(current_->outcome);
  ++counts_[static_cast<std::size_t>(last_->result)];
  probes::reload(generation_, to_word(last_->result), last_->changes.size());
  if (last_->result != Result::refused) {
    pending_restart_.swap(current_->pending_restart);
    effective_.swap(current_->in_use);
    items_.swap(current_->items);
  }
  hooks_.on_end(*last_, *config_);
  for (const Done& done : served_) tell(done, *last_);
  served_.clear();
  current_.reset();
  if (!waiting_.empty()) begin();
}

}  // namespace duplexd
