#include "core/reload/endpoints/orders.hpp"

namespace duplexd {

Order Orders::of(std::string_view upstream, std::string_view endpoint) const {
  if (orders_.empty()) return {};
  const auto found = orders_.find(Name(upstream, endpoint));
  return found == orders_.end() ? Order{} : found->second;
}

bool Orders::set(const Name& name, const Order& order) {
  if (order == Order{}) {
    orders_.erase(name);
    return true;
  }
  if (orders_.size() >= most && !orders_.contains(name)) return false;
  orders_.insert_or_assign(name, order);
  return true;
}

}  // namespace duplexd
