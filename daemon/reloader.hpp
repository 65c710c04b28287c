#pragma once

#include "core/config/difference.hpp"
#include "core/server.hpp"
#include "daemon/configuration.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace duplexd {

/// The weight of an endpoint that the operator has set, and that the file has otherwise.
struct KeptWeight {
  Orders::Name name;
  unsigned weight = 0;
  unsigned in_file = 0;
};

/// The outcome of a reload, or of a plan.
struct ReloadOutcome {
  enum class Result : std::uint8_t {
    applied,
    unchanged,  ///< a reload has nothing to apply
    refused,    ///< the old configuration stays in use
  };
  Result result = Result::unchanged;
  std::vector<Change> changes;           ///< including those that wait for a restart
  std::vector<std::string> beside;       ///< sentences: what it does that is no change of a value
  std::vector<KeptWeight> kept_weights;  ///< which the file does not change
  std::vector<std::string> problems;     ///< the reasons of a refusal, each with its place if it has one
  std::chrono::system_clock::time_point time;
};
std::string_view to_word(ReloadOutcome::Result result) noexcept;

/// Reads the configuration again and applies it to the server, one reload at a time. Requests during a reload
/// share the next one. Too little memory refuses a reload, and both hooks are called all the same. On the
/// control thread.
class Reloader {
 public:
  using Done = std::function<void(const ReloadOutcome&)>;
  struct Hooks {
    std::function<void()> on_begin;  ///< throws nothing
    /// Called before the requesters are. Throws nothing.
    std::function<void(const ReloadOutcome&, const Config& running)> on_end;
    /// Opens what a configuration needs beside the server, which counts from on_end() on if that says
    /// `applied`. A failure refuses the reload. Throws nothing.
    std::function<StartResult<void>(const Config& next)> prepare = [](const Config&) {
      return StartResult<void>();
    };
    /// Whether files that prepare() reads have changed.
    std::function<bool()> has_changed_files = [] { return false; };
  };

  /// `running` is the configuration of `server`. `server` outlives this.
  Reloader(Server& server, ConfigSource source, LoadedConfig running, Hooks hooks);

  /// Calls `done` with the outcome of a reload that begins after this call. Without memory, std::bad_alloc,
  /// and nothing has changed.
  void request(Done done);

  /// Reads and compares, without applying. `applied` means that a reload would apply changes.
  ReloadOutcome plan() const;

  const ReloadOutcome* last() const noexcept { return last_ ? &*last_ : nullptr; }  ///< null: no reload yet
  std::uint64_t generation() const noexcept {
    return generation_;
  }  ///< 1 at the start, plus one per applied reload
  /// How many reloads have come to each result, in the order of ReloadOutcome::Result.
  using Counts = std::array<std::uint64_t, 3>;
  const Counts& counts() const noexcept { return counts_; }
  const std::vector<std::string>& pending_restart() const noexcept { return pending_restart_; }
  const Config& running() const noexcept { return *config_; }
  /// What is in use, and where it is written; the same of the items of lists.
  const std::vector<EffectiveValue>& effective() const noexcept { return effective_; }
  const std::vector<EffectiveValue>& items() const noexcept { return items_; }
  const std::string& source() const noexcept { return source_.name; }

 private:
  /// All that applying it will need.
  struct Attempt {
    std::shared_ptr<const Config> config;
    std::vector<EffectiveValue> read;    ///< as the file has it
    std::vector<EffectiveValue> in_use;  ///< after it was applied
    std::vector<EffectiveValue> items;
    std::vector<std::string> pending_restart;
    ReloadOutcome outcome;
  };

  Attempt attempt() const;
  std::vector<std::string> beside(const Config& file, bool has_changes) const;
  Attempt attempt_within_memory() const noexcept;
  void begin();
  void on_reloaded(const StartResult<void>& result);
  void end();

  Server& server_;
  const ConfigSource source_;
  const Hooks hooks_;
  std::shared_ptr<const Config> config_;
  std::vector<EffectiveValue> effective_;  // with the running values of keys that wait for a restart
  std::vector<EffectiveValue> items_;
  std::vector<std::string> pending_restart_;
  std::uint64_t generation_ = 1;
  Counts counts_{};
  std::optional<ReloadOutcome> last_;
  std::optional<Attempt> current_;  // until everybody has heard of its outcome
  std::vector<Done> waiting_;       // for the next reload
  std::vector<Done> served_;        // by the current reload
};

}  // namespace duplexd
