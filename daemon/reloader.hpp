#pragma once

#include "core/config/difference.hpp"
#include "core/server.hpp"
#include "daemon/configuration.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace duplexd {

/// What a reload did, or would do.
struct ReloadOutcome {
  enum class Result : std::uint8_t {
    applied,
    unchanged,  ///< nothing that a reload applies differs
    refused,    ///< the old configuration is in use as before
  };
  Result result = Result::unchanged;
  std::vector<Change> changes;        ///< also those that wait for a restart
  std::vector<std::string> problems;  ///< why it was refused, each with its place if it has one
  std::chrono::system_clock::time_point time;
};
std::string_view to_word(ReloadOutcome::Result result) noexcept;

/// Reads the configuration again and has the server go over to it, one reload after the other. Requests that
/// come while one is under way share the next. On the control thread.
class Reloader {
 public:
  using Done = std::function<void(const ReloadOutcome&)>;
  struct Hooks {
    std::function<void()> on_begin;
    std::function<void(const ReloadOutcome&, const Config& running)>
        on_end;  ///< before those who asked hear of it
  };

  /// `running` is what `server` serves. `server` outlives it.
  Reloader(Server& server, ConfigSource source, LoadedConfig running, Hooks hooks);

  /// `done` hears of a reload that began after this call.
  void request(Done done);

  /// Reads and compares; `applied` stands for: there is something to apply.
  ReloadOutcome plan() const;

  const ReloadOutcome* last() const noexcept { return last_ ? &*last_ : nullptr; }  ///< null: there was none
  std::uint64_t generation() const noexcept { return generation_; }  ///< 1, and one more per reload applied
  const std::vector<std::string>& pending_restart() const noexcept { return pending_restart_; }
  const Config& running() const noexcept { return *config_; }
  const std::string& source() const noexcept { return source_.name; }

 private:
  struct Attempt {
    LoadedConfig loaded;
    ReloadOutcome outcome;
  };

  Attempt attempt() const;
  void begin();
  void on_reloaded(const StartResult<void>& result);
  void end();

  Server& server_;
  const ConfigSource source_;
  const Hooks hooks_;
  std::shared_ptr<const Config> config_;
  std::vector<EffectiveValue> effective_;  // with the values that were left pending as they still are
  std::vector<std::string> pending_restart_;
  std::uint64_t generation_ = 1;
  std::optional<ReloadOutcome> last_;
  std::optional<Attempt> current_;
  std::vector<Done> waiting_;  // for the next one
  std::vector<Done> served_;   // by the current one
};

}  // namespace duplexd
