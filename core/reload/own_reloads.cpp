// The reloads that the process makes by itself.
#include "core/config/interfaces.hpp"
#include "core/reload/generations.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {

namespace {

constexpr std::chrono::seconds between_reopenings{5};
constexpr std::chrono::seconds after_refused_discovery{5};
constexpr std::chrono::seconds after_missing_addresses{1};
constexpr std::chrono::seconds after_refused_certificates{5};

/// For the addresses of endpoints that are new, while those that have gone must not get sessions any more.
constexpr Duration patience_with_new_names{500};

}  // namespace

bool Generations::is_stale() const {
  const auto stale = [](const auto& listener) {
    return std::ranges::any_of(listener, [](const auto& address) { return duplexd::is_stale(*address); });
  };
  return std::ranges::any_of(current_->addresses(), stale) || !has_todays_interfaces(current_->config());
}

// One that fails is reported once, until nothing is stale any more. A reload keeps a socket that it cannot
// open anew.
void Generations::reopen() {
  const bool stale = is_stale();
  if (!stale) reopening_failed_ = false;
  const auto now = std::chrono::steady_clock::now();
  if (!stale || now < next_reopening_) return;
  next_reopening_ = now + between_reopenings;
  auto config = std::make_shared<const Config>(with_todays_interfaces(current_->asked_for()));
  reload(std::move(config), [this](const StartResult<void>& result) {
    const bool failed_before = std::exchange(reopening_failed_, !result || is_stale());
    if (result && on_reopened_) on_reopened_();
    if (reopening_failed_ && failed_before) return;
    around_.sink.notice({.kind = reopening_failed_ ? Notice::Kind::reopen_failed : Notice::Kind::reopened,
                         .worker = around_.workers.size()});
  });
}

// Those that cannot be used are told once, until there are others.
void Generations::replace_certificates() {
  const bool stale = current_->has_stale_certificates();
  if (!stale) certificates_failed_ = false;
  if (!stale || std::chrono::steady_clock::now() < next_certificates_) return;
  reload(current_->shared_asked_for(), [this](const StartResult<void>& result) {
    const bool failed_before = std::exchange(certificates_failed_, !result);
    if (!result) next_certificates_ = std::chrono::steady_clock::now() + after_refused_certificates;
    if (certificates_failed_ && failed_before) return;
    around_.sink.notice(
        {.kind = result ? Notice::Kind::certificates_replaced : Notice::Kind::certificates_refused,
         .worker = around_.workers.size(),
         .words = result ? ShortText() : ShortText(result.error().what)});
  });
}

void Generations::discover() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_discovery_) return;
  auto found = discovery_.look(*current_, now);
  if (!found) return;
  const auto on_reloaded = [this, before = current_->shared_config()](const StartResult<void>& result) {
    if (result) return discovery_.applied(*before, current_->config());
    next_discovery_ =
        std::chrono::steady_clock::now() + (awaited_ ? after_missing_addresses : after_refused_discovery);
    discovery_.refused(result.error().what);
  };
  begin_or_wait({std::move(found), on_reloaded, patience_with_new_names, false, true});
}

}  // namespace duplexd
