#include "core/listener/limit_notices.hpp"

namespace duplexd {

namespace {

template <class Of>
std::uint64_t sum(const std::deque<ListenerCounters>& workers, Of of) noexcept {
  std::uint64_t all = 0;
  for (const ListenerCounters& counters : workers) all += of(counters).value();
  return all;
}

void tell(CountNotice& notice, std::uint64_t count, Notice::Kind kind, std::string_view limit,
          const LimitNotices::By& by) noexcept {
  const auto now = CountNotice::Clock::now();
  if (!notice.is_due(count, now) || !by.gate.try_pass(now)) return;
  const std::uint64_t news = notice.try_tell(count, now);
  if (news == 0) return;
  by.sink.notice({.kind = kind, .worker = by.worker, .subject = by.listener, .words = limit, .count = news});
}

}  // namespace

void LimitNotices::tell(const std::deque<ListenerCounters>& workers, const By& by) noexcept {
  const auto forgotten = sum(
      workers, [](const auto& counters) -> auto& { return counters.sources_forgotten; });
  duplexd::tell(forgotten_, forgotten, Notice::Kind::sources_forgotten, "", by);
  const auto waited = sum(
      workers, [](const auto& counters) -> auto& { return counters.handshakes_waited; });
  duplexd::tell(waited_, waited, Notice::Kind::handshakes_exhausted, "", by);
  for (std::size_t i = 0; i < limit_count; ++i) {
    const auto beyond = sum(
        workers, [i](const auto& counters) -> auto& { return counters.beyond_tried[i]; });
    duplexd::tell(tried_[i], beyond, Notice::Kind::limit_tried, to_word(static_cast<Limit>(i)), by);
  }
}

}  // namespace duplexd
