#pragma once

#include "core/upstream/upstream_account.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd {

/// What the operator wants of an endpoint, until the operator says otherwise.
struct Order {
  OperatorWord word = OperatorWord::none;
  std::optional<unsigned> weight{};  ///< instead of the configured one

  bool operator==(const Order&) const = default;
};

/// The orders for all endpoints, by name: also for those that are not configured now and may come back. Used
/// by the control thread.
class Orders {
 public:
  /// So many at once.
  static constexpr std::size_t most = 10'000;

  /// The upstream and the endpoint, as configured.
  using Name = std::pair<std::string, std::string>;

  Order of(std::string_view upstream, std::string_view endpoint) const;

  /// False: there are too many already.
  bool set(const Name& name, const Order& order);

  const std::map<Name, Order>& all() const noexcept { return orders_; }

 private:
  std::map<Name, Order> orders_;
};

inline void obey(EndpointAccount& endpoint, const Order& order) noexcept {
  endpoint.set_word(order.word);
  endpoint.set_weight(order.weight);
}

}  // namespace duplexd
