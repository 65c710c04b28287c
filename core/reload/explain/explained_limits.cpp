#include "core/reload/explain/explained_limits.hpp"

#include "core/listener/room.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

using Says = ExplainedLimit::Says;

std::string path_of(const ServedListener& listener, Limit limit) {
  return fmt::format("listeners.{}.limits.{}", listener.config->name, to_word(limit));
}

Says without_place(const ServedListener& listener) {
  return listener.config->limits.when_full == WhenFull::refuse ? Says::refuse : Says::wait;
}

ExplainedLimit explain_rate(const ServedListener& listener, Says says) {
  const RateLimit& rate = listener.account->rate;
  const std::uint64_t burst = rate.burst();
  return {.path = path_of(listener, Limit::rate),
          .used = burst - std::min(burst, rate.available(now_in_nanoseconds())),
          .most = burst,
          .says = says,
          .reason = CloseReason::rate_limit};
}

}  // namespace

std::vector<ExplainedLimit> explain_room(const ServedListener& listener, const ProcessLimits& process) {
  const SessionLimit& sessions = listener.account->sessions;
  const LimitSet tried = tried_limits(*listener.config);
  const Shortage short_of =
      shortage({process.sessions, sessions, listener.account->rate, tried}, now_in_nanoseconds());
  const auto says = [&](Shortage one, Limit limit, bool beyond) {
    if (short_of == one) return without_place(listener);
    return tried.contains(limit) && beyond ? Says::tried : Says::pass;
  };
  std::vector<ExplainedLimit> all{{.path = "limits.sessions",
                                   .used = process.sessions.taken(),
                                   .most = process.sessions.most(),
                                   .reason = CloseReason::session_limit}};
  if (short_of == Shortage::of_process) all.back().says = without_place(listener);
  if (listener.config->limits.sessions > 0)
    all.push_back({.path = path_of(listener, Limit::sessions),
                   .used = sessions.taken(),
                   .most = sessions.most(),
                   .says = says(Shortage::sessions, Limit::sessions, sessions.full()),
                   .reason = CloseReason::session_limit});
  const RateLimit& rate = listener.account->rate;
  if (rate.is_set())
    all.push_back(
        explain_rate(listener, says(Shortage::rate, Limit::rate, rate.available(now_in_nanoseconds()) == 0)));
  return all;
}

std::vector<ExplainedLimit> explain_source(const ServedListener& listener, const PeerAddress& client) {
  std::vector<ExplainedLimit> all;
  const LimitSet tried = tried_limits(*listener.config);
  const auto says = [&](Limit limit, bool may) {
    return may ? Says::pass : tried.contains(limit) ? Says::tried : Says::refuse;
  };
  if (listener.sources.sessions) {
    const SourceTable::Use use = listener.sources.sessions->use_of(client);
    all.push_back({.path = path_of(listener, Limit::per_source),
                   .used = use.counted ? std::optional(use.sessions) : std::nullopt,
                   .most = use.most,
                   .says = says(Limit::per_source, use.may),
                   .reason = CloseReason::source_limit});
  }
  if (!listener.sources.rates) return all;
  const ListenerLimits& limits = listener.config->limits;
  const bool may = listener.sources.rates->may_take(client, now_in_nanoseconds());
  all.push_back({.path = path_of(listener, Limit::per_source_rate),
                 .most = limits.per_source_burst > 0 ? limits.per_source_burst : limits.per_source_rate,
                 .says = says(Limit::per_source_rate, may),
                 .reason = CloseReason::source_rate_limit});
  return all;
}

std::vector<ExplainedLimit> explain_handshakes(const ServedListener& listener) {
  const HandshakeLimit& handshakes = listener.account->handshakes;
  if (!handshakes.is_set()) return {};
  return {{.path = path_of(listener, Limit::handshakes),
           .used = handshakes.taken(),
           .most = listener.config->limits.handshakes,
           .says = handshakes.is_full() ? Says::wait : Says::pass,
           .reason = CloseReason::handshake_limit}};
}

}  // namespace duplexd
