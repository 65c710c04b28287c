#include "daemon/duplexctl/top/model/reading.hpp"

#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"

#include <algorithm>
#include <string_view>

namespace duplexd::duplexctl::top {
namespace {

namespace json = boost::json;

std::uint64_t count_at(const json::value& object, json::string_view key) {
  return object.at(key).to_number<std::uint64_t>();
}

double figure_at(const json::value& object, json::string_view key) {
  return object.at(key).to_number<double>();
}

/// "-" for null.
std::string words_at(const json::value& object, json::string_view key) {
  const json::value& value = object.at(key);
  return value.is_null() ? "-" : printable(value.as_string());
}

std::uint64_t sum_of(const json::value& counts) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts.as_object()) sum += count.to_number<std::uint64_t>();
  return sum;
}

Reading::Listener listener_of(const json::value& listener) {
  return {.name = words_at(listener, "name"),
          .addresses = joined(listener.at("addresses")),
          .live = count_at(listener, "live"),
          .accepted = count_at(listener, "accepted"),
          .upstream_bytes = count_at(listener, "upstream_bytes"),
          .downstream_bytes = count_at(listener, "downstream_bytes"),
          .refused = sum_of(listener.at("refused")),
          .at_limit = count_at(listener, "at_limit")};
}

double slowest_connect(const json::value& endpoint) {
  double slowest = 0;
  for (const json::value& address : endpoint.at("addresses").as_array())
    slowest = std::max(slowest, figure_at(address, "usual_connect_ms"));
  return slowest;
}

Reading::Endpoint endpoint_of(const json::value& upstream, const json::value& endpoint) {
  return {.upstream = words_at(upstream, "name"),
          .name = words_at(endpoint, "name"),
          .state = words_at(endpoint, "state"),
          .live = count_at(endpoint, "live"),
          .connected = count_at(endpoint, "connected"),
          .failed = sum_of(endpoint.at("failed")),
          .weight = count_at(endpoint, "weight"),
          .connect_ms = slowest_connect(endpoint)};
}

/// As `who-is-slow` judges without a look at the sockets: of two directions, by the one that was held up
/// longer.
std::string held_up_by(const json::value& session) {
  const json::value& upstream = session.at("upstream_chain");
  const json::value& downstream = session.at("downstream_chain");
  const auto stalled = [](const json::value& chain) {
    return chain.at("stalled").as_bool() ? figure_at(chain, "stalled_ms") : -1;
  };
  const auto waits_for_bandwidth = [](const json::value& chain) {
    return std::string_view(chain.at("waits_for").as_string()) == "bandwidth";
  };
  if (stalled(upstream) >= 0 || stalled(downstream) >= 0)
    return stalled(upstream) > stalled(downstream) ? "endpoint" : "client";
  return waits_for_bandwidth(upstream) || waits_for_bandwidth(downstream) ? "limit" : "";
}

double both_ways(const json::value& session, json::string_view key) {
  return figure_at(session.at("upstream_chain"), key) + figure_at(session.at("downstream_chain"), key);
}

Reading::Worker& worker_at(std::vector<Reading::Worker>& workers, const json::value& sample) {
  const std::string name = words_at(sample.at("labels"), "worker");
  const auto found = std::ranges::find(workers, name, &Reading::Worker::name);
  if (found != workers.end()) return *found;
  return workers.emplace_back(Reading::Worker{.name = name});
}

void add_lateness(Reading::Worker& worker, const json::value& sample) {
  worker.ticks = count_at(sample, "count");
  worker.late = figure_at(sample, "sum");
  for (const json::value& bucket : sample.at("buckets").as_array())
    worker.buckets.push_back({figure_at(bucket, "le"), count_at(bucket, "count")});
}

struct WorkerCount {
  std::string_view metric;
  std::uint64_t Reading::Worker::*into;
};
constexpr WorkerCount worker_counts[] = {{"duplexd_worker_sessions", &Reading::Worker::sessions},
                                         {"duplexd_worker_buffers", &Reading::Worker::buffers},
                                         {"duplexd_worker_pipes", &Reading::Worker::pipes}};

}  // namespace

Reading read_status(const json::value& status) {
  Reading reading{.version = words_at(status, "version"), .state = words_at(status, "state")};
  reading.pid = count_at(status, "pid");
  reading.uptime = count_at(status, "uptime_seconds");
  reading.generation = count_at(status, "generation");
  reading.live = count_at(status.at("sessions"), "live");
  reading.limit = count_at(status.at("sessions"), "limit");
  for (const json::value& listener : status.at("listeners").as_array())
    reading.listeners.push_back(listener_of(listener));
  for (const json::value& upstream : status.at("upstreams").as_array()) {
    for (const json::value& endpoint : upstream.at("endpoints").as_array())
      reading.endpoints.push_back(endpoint_of(upstream, endpoint));
  }
  return reading;
}

void add_workers(Reading& reading, const json::value& metrics) {
  for (const json::value& metric : metrics.at("metrics").as_array()) {
    const std::string_view name = metric.at("name").as_string();
    const auto counted = std::ranges::find(worker_counts, name, &WorkerCount::metric);
    const bool is_lag = name == "duplexd_worker_loop_lag_seconds";
    if (!is_lag && counted == std::end(worker_counts)) continue;
    for (const json::value& sample : metric.at("samples").as_array()) {
      Reading::Worker& worker = worker_at(reading.workers, sample);
      is_lag ? add_lateness(worker, sample) : void(worker.*counted->into = count_at(sample, "value"));
    }
  }
}

void add_sessions(Reading& reading, const json::value& page) {
  for (const json::value& session : page.at("sessions").as_array())
    reading.sessions.push_back({.id = words_at(session, "id"),
                                .listener = words_at(session, "listener"),
                                .client = words_at(session, "client"),
                                .endpoint = words_at(session, "endpoint"),
                                .state = words_at(session, "state"),
                                .upstream_bytes = count_at(session.at("upstream_chain"), "bytes"),
                                .downstream_bytes = count_at(session.at("downstream_chain"), "bytes"),
                                .age_ms = figure_at(session, "age_ms"),
                                .idle_ms = figure_at(session, "idle_ms"),
                                .stalled_ms = both_ways(session, "stalled_ms"),
                                .held_up_by = held_up_by(session)});
}

}  // namespace duplexd::duplexctl::top
