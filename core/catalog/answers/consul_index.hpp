#pragma once

#include "core/net/address/decimal.hpp"

#include <cstdint>
#include <string_view>

namespace duplexd {

/// Where a blocking query of Consul goes on, by the rules of Consul's documentation ("Blocking Queries").
class ConsulIndex {
 public:
  /// What the next query is asked with; 0: it does not wait.
  std::uint64_t next() const noexcept { return next_; }

  /// The X-Consul-Index of an answer. One that goes backwards begins anew. False: it is none, or 0, with
  /// which a query would never wait.
  bool take(std::string_view header) noexcept {
    const auto index = parse_decimal(header);
    const std::uint64_t before = next_;
    next_ = 0;
    if (!index || *index == 0) return false;
    if (*index >= before) next_ = *index;
    return true;
  }

 private:
  std::uint64_t next_ = 0;
};

}  // namespace duplexd
