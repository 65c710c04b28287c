#include "daemon/reloader.hpp"

#include "core/config/interfaces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace duplexd {
namespace {

using Result = ReloadOutcome::Result;

bool waits_for_restart(const Change& change) { return change.reload_class == ReloadClass::restart; }

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
      effective_(std::move(running.effective)) {}

void Reloader::request(Done done) {
  waiting_.push_back(std::move(done));
  if (!current_) begin();
}

ReloadOutcome Reloader::plan() const { return attempt().outcome; }

Reloader::Attempt Reloader::attempt() const {
  Attempt attempt;
  attempt.outcome.time = std::chrono::system_clock::now();
  if (source_.load) attempt.loaded = source_.load();
  if (attempt.loaded.config) {
    attempt.outcome.changes = difference(effective_, attempt.loaded.effective);
    const bool nothing = std::ranges::all_of(attempt.outcome.changes, waits_for_restart) &&
                         have_same_addresses(*config_, *attempt.loaded.config) &&
                         server_.stale_addresses().empty();
    attempt.outcome.result = nothing ? Result::unchanged : Result::applied;
    return attempt;
  }
  attempt.outcome.result = Result::refused;
  for (const Problem& problem : attempt.loaded.problems)
    attempt.outcome.problems.push_back(to_string(problem));
  if (!source_.load)
    attempt.outcome.problems.push_back(
        "duplexd: error: there is no file to read again: duplexd runs with --listen");
  return attempt;
}

void Reloader::begin() {
  served_ = std::exchange(waiting_, {});
  hooks_.on_begin();
  current_ = attempt();
  if (current_->outcome.result != Result::applied) return end();
  server_.reload(current_->loaded.config, [this](const StartResult<void>& result) { on_reloaded(result); });
}

void Reloader::on_reloaded(const StartResult<void>& result) {
  ReloadOutcome& outcome = current_->outcome;
  if (result) {
    config_ = current_->loaded.config;
    ++generation_;
  } else {
    outcome.result = Result::refused;
    outcome.problems.push_back(placed(result.error(), current_->loaded.effective));
    outcome.changes.clear();
  }
  end();
}

void Reloader::end() {
  const ReloadOutcome outcome = std::move(current_->outcome);
  last_ = outcome;  // first, because a callback may begin the next reload
  if (outcome.result != Result::refused) {
    pending_restart_ = paths_of_pending(outcome.changes);
    effective_ = in_use(effective_, std::move(current_->loaded.effective));
  }
  hooks_.on_end(outcome, *config_);
  current_.reset();
  for (const Done& done : std::exchange(served_, {})) done(outcome);
  if (!waiting_.empty() && !current_) begin();
}

}  // namespace duplexd
