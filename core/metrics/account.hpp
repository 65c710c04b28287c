#pragma once

#include "core/metrics/counters.hpp"

#include <atomic>
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd {

/// Something that has a name in the configuration, with its counters, one per worker. A worker writes its own
/// and any thread may read them.
template <class Counters>
struct Account {
  Account(std::string_view called, std::size_t worker_count) : name(called), workers(worker_count) {}

  const std::string name;
  std::deque<Counters> workers;
};

/// Accounts by name, in the order in which their names came up. Each lives until sweep() finds that nobody
/// else has it. Used by one thread; others may only release an account.
template <class Named>
class Accounts {
 public:
  using Pointer = std::shared_ptr<Named>;

  explicit Accounts(std::size_t workers) : workers_(workers) {}

  /// Makes the account if there is none. Without memory, std::bad_alloc, and nothing has changed.
  const Pointer& operator[](std::string_view name) {
    if (const auto known = by_name_.find(name); known != by_name_.end()) return *known->second;
    std::list<Pointer> made;
    made.push_back(std::make_shared<Named>(name, workers_));
    by_name_.emplace(made.front()->name, made.begin());
    in_order_.splice(in_order_.end(), made);
    return in_order_.back();
  }

  /// Takes those out that nobody else has, one by one, if `take(account)` is true. A release happens before
  /// the take that follows it.
  template <class Take>
  void sweep(Take take) {
    for (auto each = in_order_.begin(); each != in_order_.end();) {
      const auto account = each++;
      if (account->use_count() > 1) continue;
      std::atomic_thread_fence(std::memory_order_acquire);
      if (!take(*account)) continue;
      by_name_.erase(by_name_.find((*account)->name));
      in_order_.erase(account);
    }
  }

  auto begin() const noexcept { return in_order_.begin(); }
  auto end() const noexcept { return in_order_.end(); }
  std::size_t size() const noexcept { return by_name_.size(); }

 private:
  std::size_t workers_;
  std::list<Pointer> in_order_;
  std::map<std::string_view, typename std::list<Pointer>::iterator> by_name_;
};

}  // namespace duplexd
