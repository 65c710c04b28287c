#pragma once

#include "core/config/upstream_config.hpp"
#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace duplexd {

/// The entries of a catalog by their keys: those that are endpoints, and those that are not.
class CatalogEntries {
 public:
  static constexpr std::size_t most = 4'096;

  /// Adds the entry or replaces it. False: there would be more than `most`.
  bool set(const std::string& key, Parsed<EndpointConfig> entry);
  void erase(const std::string& key) { entries_.erase(key); }

  /// In the order of the keys. Of two with the same address, the first.
  std::vector<EndpointConfig> endpoints() const;

  /// The first entry that is no endpoint, and how many more; "": there is none.
  std::string left_out() const;

 private:
  std::map<std::string, Parsed<EndpointConfig>> entries_;
};

}  // namespace duplexd
