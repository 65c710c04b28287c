#pragma once

#include "core/metrics/counters.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace duplexd {

/// Something that has a name in the configuration, with its counters, one per worker. A worker writes its own
/// and any thread may read them.
template <class Counters>
struct Account {
  Account(std::string_view called, std::size_t worker_count) : name(called), workers(worker_count) {}

  const std::string name;
  std::deque<Counters> workers;
};

/// Records in the order in which their names came up. They neither move nor go. Used by one thread.
template <class Named>
class Accounts {
 public:
  explicit Accounts(std::size_t workers) : workers_(workers) {}

  /// Makes the record at its first mention.
  Named& operator[](std::string_view name) {
    if (const auto known = by_name_.find(name); known != by_name_.end()) return *known->second;
    Named& made = in_order_.emplace_back(name, workers_);
    by_name_.emplace(made.name, &made);
    return made;
  }
  auto begin() noexcept { return in_order_.begin(); }
  auto end() noexcept { return in_order_.end(); }
  auto begin() const noexcept { return in_order_.begin(); }
  auto end() const noexcept { return in_order_.end(); }

 private:
  std::size_t workers_;
  std::deque<Named> in_order_;
  std::map<std::string_view, Named*> by_name_;
};

using ListenerAccount = Account<ListenerCounters>;

}  // namespace duplexd
