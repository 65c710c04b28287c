#pragma once

#include "daemon/duplexctl/top/model/frame.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace duplexd::duplexctl::top {

/// The time between two readings of one process; no rate is known without.
class Rates {
 public:
  Rates(const Reading& now, const Reading* before) {
    const bool is_same = before && before->pid == now.pid && before->uptime <= now.uptime;
    if (is_same) seconds_ = std::chrono::duration<double>(now.at - before->at).count();
  }

  bool are_known() const noexcept { return seconds_ > 0; }
  double seconds() const noexcept { return seconds_; }

  std::optional<double> of(std::uint64_t now, std::uint64_t before) const noexcept {
    if (!are_known() || now < before) return std::nullopt;
    return static_cast<double>(now - before) / seconds_;
  }

 private:
  double seconds_ = 0;
};

/// The items of an earlier reading by their key, which is a text. They outlive this.
template <class Item, class Key>
class Earlier {
 public:
  Earlier(const std::vector<Item>* items, Key key) : key_(key) {
    if (!items) return;
    for (const Item& item : *items) by_key_.emplace(key(item), &item);
  }

  /// Null: there is none with the key of this one.
  const Item* find(const Item& item) const {
    const auto found = by_key_.find(key_(item));
    return found == by_key_.end() ? nullptr : found->second;
  }

 private:
  Key key_;
  std::unordered_map<std::string, const Item*> by_key_;
};

inline auto by_name(const std::vector<Reading::Listener>* listeners) {
  return Earlier(listeners, [](const Reading::Listener& each) { return each.name; });
}
inline auto by_name(const std::vector<Reading::Worker>* workers) {
  return Earlier(workers, [](const Reading::Worker& each) { return each.name; });
}

/// How late ticks came between two readings of a worker.
struct Lag {
  std::optional<double> mean{};   ///< seconds
  std::optional<double> bound{};  ///< seconds; no tick was later, and infinite if it was beyond all bounds
};
Lag lag_of(const Reading::Worker& now, const Reading::Worker* before);

Cell words(std::string text);
Cell count(std::uint64_t number);
Cell each_second(std::optional<double> rate);        ///< "12.3"; "-"
Cell bytes_each_second(std::optional<double> rate);  ///< "12.3M"
Cell bytes(std::uint64_t number);
Cell time_in_ms(double milliseconds);               ///< "1h30m", "12s", "350ms"
Cell latency(std::optional<double> seconds);        ///< "1.25 ms"
Cell latency_bound(std::optional<double> seconds);  ///< "< 5 ms"
std::string short_bytes(double bytes);              ///< at most six characters: "1023", "12.3M"

std::vector<Row> rows_of_sessions(const Reading& now, const Reading* before);
std::vector<Row> rows_of_listeners(const Reading& now, const Reading* before);
std::vector<Row> rows_of_endpoints(const Reading& now, const Reading* before);
std::vector<Row> rows_of_workers(const Reading& now, const Reading* before);

}  // namespace duplexd::duplexctl::top
