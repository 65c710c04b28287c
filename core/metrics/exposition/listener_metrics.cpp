#include "core/config/edge/limit.hpp"
#include "core/metrics/exposition/metric.hpp"

#include <algorithm>

namespace duplexd {

namespace {

using enum Metric::Type;
using ListenerRow = Totals::Listener;

template <auto Member>
void of_listeners(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners)
    samples.add({{"listener", each.name}}, each.*Member);
}

void half_closed_oldest(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners) {
    const std::chrono::duration<double> age = each.half_closed_oldest;
    samples.add({{"listener", each.name}}, age.count());
  }
}

/// `Upstream` is of the client's bytes.
template <auto Upstream, auto Downstream>
void of_directions(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners) {
    samples.add({{"listener", each.name}, {"direction", "upstream"}}, each.*Upstream);
    samples.add({{"listener", each.name}, {"direction", "downstream"}}, each.*Downstream);
  }
}

template <auto Upstream, auto Downstream>
void seconds_of_directions(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners) {
    samples.add({{"listener", each.name}, {"direction", "upstream"}}, to_seconds(each.*Upstream));
    samples.add({{"listener", each.name}, {"direction", "downstream"}}, to_seconds(each.*Downstream));
  }
}

// Each reason has a sample from the beginning, so that its first session is not missed by rates.
void ended(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners) {
    for (std::size_t i = 0; i < close_reason_count; ++i) {
      const auto reason = static_cast<CloseReason>(i);
      samples.add({{"listener", each.name}, {"reason", to_word(reason)}, {"cause", to_word(side_of(reason))}},
                  each.ended[i]);
    }
  }
}

// What an earlier release has counted has no errno.
void accept_errors(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners) {
    std::uint64_t others = each.accept_errors;
    for (std::size_t i = 0; i < accept_errnos.size(); ++i) {
      const std::uint64_t count = each.accept_errnos.counts[i];
      others -= std::min(others, count);
      samples.add({{"listener", each.name}, {"errno", accept_errnos[i].name}}, count);
    }
    samples.add({{"listener", each.name}, {"errno", "other"}}, others);
  }
}

void beyond_tried(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners) {
    for (std::size_t i = 0; i < limit_count; ++i)
      samples.add({{"listener", each.name}, {"limit", to_word(static_cast<Limit>(i))}}, each.beyond_tried[i]);
  }
}

void durations(const Figures& figures, Samples& samples) {
  for (const ListenerRow& each : figures.totals.listeners)
    samples.add({{"listener", each.name}}, each.durations, session_bounds);
}

void expiries(const Figures& figures, Samples& samples) {
  for (const CertificateFigures& each : figures.certificates) {
    samples.add({{"listener", each.listener}, {"file", each.file}},
                static_cast<double>(each.expires.time_since_epoch().count()));
  }
}

constexpr Metric listener_rows[] = {
    {"duplexd_sessions_accepted_total", counter, "listener", "Connections that were accepted.",
     of_listeners<&ListenerRow::accepted>},
    {"duplexd_sessions", gauge, "listener", "Sessions that live.", of_listeners<&ListenerRow::live>},
    {"duplexd_sessions_ended_total", counter, "listener, reason, cause",
     "Sessions that have ended, by close reason and by the side that caused it: client, endpoint or local.",
     ended},
    {"duplexd_sessions_half_closed", gauge, "listener",
     "Sessions of which one direction has ended in order, and the other goes on.",
     of_listeners<&ListenerRow::half_closed>},
    {"duplexd_sessions_half_closed_oldest_seconds", gauge, "listener",
     "How long the oldest session that is half-closed has been so; 0: there is none.", half_closed_oldest},
    {"duplexd_session_duration_seconds", histogram, "listener",
     "Sessions that have ended, by how long they lasted from accept on; those that a limit has refused are "
     "left out.",
     durations},
    {"duplexd_delivered_bytes_total", counter, "listener, direction",
     "Bytes that were delivered: upstream to the endpoint, downstream to the client.",
     of_directions<&ListenerRow::upstream_bytes, &ListenerRow::downstream_bytes>},
    {"duplexd_spliced_bytes_total", counter, "listener", "Bytes delivered that were not copied.",
     of_listeners<&ListenerRow::spliced_bytes>},
    {"duplexd_undelivered_bytes_total", counter, "listener",
     "Bytes that were read from one side, and that the other had not taken when the session ended.",
     of_listeners<&ListenerRow::undelivered_bytes>},
    {"duplexd_stalls_total", counter, "listener, direction",
     "How often a direction had to wait for its receiver: upstream for the endpoint, downstream for the "
     "client.",
     of_directions<&ListenerRow::upstream_stalls, &ListenerRow::downstream_stalls>},
    {"duplexd_stalled_seconds_total", counter, "listener, direction",
     "How long directions have waited for their receivers; a wait is added when it is over.",
     seconds_of_directions<&ListenerRow::upstream_stalled, &ListenerRow::downstream_stalled>},
    {"duplexd_accept_errors_total", counter, "listener, errno", "Calls of accept4(2) that failed.",
     accept_errors},
    {"duplexd_accept_backoffs_total", counter, "listener",
     "Pauses of accepting for lack of descriptors or memory.", of_listeners<&ListenerRow::backoffs>},
    {"duplexd_accept_at_limit_total", counter, "listener", "Pauses of accepting at a limit of sessions.",
     of_listeners<&ListenerRow::at_limit>},
    {"duplexd_handshakes_waited_total", counter, "listener",
     "Sessions that had to wait for limits.handshakes.", of_listeners<&ListenerRow::handshakes_waited>},
    {"duplexd_beyond_tried_limit_total", counter, "listener, limit",
     "Clients or bytes beyond a limit that is only tried.", beyond_tried},
    {"duplexd_sources_forgotten_total", counter, "listener",
     "Sources that limits.per_source_rate had no room for.", of_listeners<&ListenerRow::sources_forgotten>},
    {"duplexd_certificate_expiry_timestamp_seconds", gauge, "listener, file",
     "When a certificate expires that is shown to clients, or the first of its chain, since 1970.", expiries},
};

}  // namespace

std::span<const Metric> listener_metrics() noexcept { return listener_rows; }

}  // namespace duplexd
