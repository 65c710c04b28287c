#pragma once

#include "core/config/loader.hpp"
#include "core/net/address/address.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Where the configuration that is in use was written. Refers to what it is made of.
class Written {
 public:
  Written(const std::vector<EffectiveValue>& effective, const std::vector<EffectiveValue>& items)
      : effective_(effective), items_(items) {}

  /// The place of the key: "duplexd.yaml:14:7"; "": it is not written.
  std::string place(std::string_view path) const;
  /// The first place of a key whose path begins so.
  std::string place_below(std::string_view path) const;

  struct Item {
    std::string text;
    std::string place;
  };
  /// The item of a list of networks that has this address; empty: none has.
  Item network_with(std::string_view list, const PeerAddress& address) const;

 private:
  const std::vector<EffectiveValue>& effective_;
  const std::vector<EffectiveValue>& items_;
};

}  // namespace duplexd
