// The changes of a reload or of a plan, as JSON.
#include "daemon/control/json_text.hpp"
#include "daemon/control/status.hpp"
#include "daemon/process_log.hpp"

#include <algorithm>

namespace duplexd {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::optional<std::string>& value) {
  return value ? json::value(text(*value)) : json::value(nullptr);
}

/// The number of live sessions that a change concerns.
std::uint64_t live_sessions(const Change& change, const Totals& totals) {
  if (!change.listener.empty()) {
    const auto row = std::ranges::find(totals.listeners, change.listener, &Totals::Listener::name);
    return row == totals.listeners.end() ? 0 : row->live;
  }
  if (change.upstream.empty()) return live_sessions(totals);
  const auto row = std::ranges::find(totals.upstreams, change.upstream, &Totals::Upstream::name);
  std::uint64_t live = 0;
  if (row == totals.upstreams.end()) return live;
  for (const Totals::Endpoint& endpoint : row->endpoints) {
    if (change.endpoint.empty() || change.endpoint == endpoint.name) live += endpoint.live;
  }
  return live;
}

json::array changes_json(const ReloadOutcome& outcome, const Totals& totals) {
  json::array changes;
  for (const Change& change : outcome.changes) {
    changes.push_back(json::object{{"path", change.path},
                                   {"before", text_or_null(change.before)},
                                   {"after", text_or_null(change.after)},
                                   {"class", text(to_word(change.reload_class))},
                                   {"live_sessions", live_sessions(change, totals)}});
  }
  return changes;
}

json::array kept_json(const ReloadOutcome& outcome) {
  json::array all;
  for (const KeptWeight& kept : outcome.kept_weights) {
    all.push_back(json::object{{"upstream", kept.name.first},
                               {"endpoint", kept.name.second},
                               {"weight", kept.weight},
                               {"configured_weight", kept.in_file}});
  }
  return all;
}

json::value refusal_json(const ReloadOutcome& outcome) {
  return json::object{{"result", "refused"}, {"problems", texts(outcome.problems)}};
}

bool refused(const ReloadOutcome& outcome) { return outcome.result == ReloadOutcome::Result::refused; }

}  // namespace

json::value plan_json(const ReloadOutcome& outcome, const Totals& totals) {
  if (refused(outcome)) return refusal_json(outcome);
  const bool unchanged = outcome.changes.empty() && outcome.beside.empty();
  return json::object{{"result", unchanged ? "unchanged" : "changes"},
                      {"changes", changes_json(outcome, totals)},
                      {"beside", texts(outcome.beside)},
                      {"kept_weights", kept_json(outcome)}};
}

json::value reload_json(const ReloadOutcome& outcome, const Reloader& reloader, const Totals& totals) {
  if (refused(outcome)) return refusal_json(outcome);
  return json::object{
      {"result", text(to_word(outcome.result))},  {"generation", reloader.generation()},
      {"changes", changes_json(outcome, totals)}, {"beside", texts(outcome.beside)},
      {"kept_weights", kept_json(outcome)},       {"pending_restart", texts(reloader.pending_restart())}};
}

}  // namespace duplexd
