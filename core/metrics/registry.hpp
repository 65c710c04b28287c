#pragma once

#include "core/metrics/counters.hpp"
#include "core/metrics/totals.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace duplexd {

/// A name of the configuration with its counters, one set per worker. Each worker writes its own set; any
/// thread may read all.
template <class Counters>
struct Account {
  Account(std::string_view called, std::size_t worker_count) : name(called), workers(worker_count) {}

  const std::string name;
  std::deque<Counters> workers;
};

/// Accounts in the order of the first mention of their names. They never move and live as long as this. Used
/// by one thread.
template <class Named>
class Accounts {
 public:
  explicit Accounts(std::size_t workers) : workers_(workers) {}

  /// Makes the account at the first mention of its name.
  Named& operator[](std::string_view name) {
    if (const auto known = by_name_.find(name); known != by_name_.end()) return *known->second;
    Named& made = in_order_.emplace_back(name, workers_);
    by_name_.emplace(made.name, &made);
    return made;
  }
  auto begin() const noexcept { return in_order_.begin(); }
  auto end() const noexcept { return in_order_.end(); }

 private:
  std::size_t workers_;
  std::deque<Named> in_order_;
  std::map<std::string_view, Named*> by_name_;
};

using ListenerAccount = Account<ListenerCounters>;
using EndpointAccount = Account<EndpointCounters>;

struct UpstreamAccount : Account<UpstreamCounters> {
  UpstreamAccount(std::string_view called, std::size_t worker_count)
      : Account(called, worker_count), endpoints(worker_count) {}

  Accounts<EndpointAccount> endpoints;
};

/// Every name that was ever configured, with its counters. It outlives snapshots, so that counters never go
/// back and names in earlier reports stay valid. It grows by some hundred bytes per new name. Used by the
/// control thread.
struct Registry {
  explicit Registry(std::size_t workers) : listeners(workers), upstreams(workers) {}

  /// Without the counters that have no name.
  Totals totals() const;

  Accounts<ListenerAccount> listeners;
  Accounts<UpstreamAccount> upstreams;
};

}  // namespace duplexd
