#pragma once

#include "core/config/reading/map_reader.hpp"
#include "core/net/address/address.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace duplexd {

/// Every address that is to be bound, and where it was written. Two listeners on one address would go
/// unnoticed: SO_REUSEPORT allows it, and each gets some of the clients.
class BoundAddresses {
 public:
  static constexpr std::size_t most = 10'000;  ///< in one configuration, with the ports of ranges

  /// Reads `bind` of a listener and reports what is bound already.
  std::vector<BindAddress> read(MapReader& listener);

 private:
  void add(const BindAddress& address, Place place, MapReader& listener);

  std::map<std::string, Place> bound_;
  std::size_t left_ = most;
};

}  // namespace duplexd
