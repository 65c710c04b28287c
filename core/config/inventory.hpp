#pragma once

#include "core/config/loader.hpp"
#include "core/config/reload_class.hpp"

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace duplexd {

/// The owner of a key, as Change names it.
struct Scope {
  std::string listener, upstream, endpoint;
};

/// A key, or a listener, an upstream, an endpoint or a route as a whole. A name may have dots, so one path
/// may be both: "listeners.a.bind".
struct ItemKey {
  std::string path;
  bool is_whole = false;
  auto operator<=>(const ItemKey&) const = default;
};

struct Item {
  Scope scope;
  ReloadClass reload_class = ReloadClass::restart;
  std::string text;
  std::string parent;         ///< the path of the whole that it belongs to; "": none
  std::size_t endpoints = 0;  ///< number of endpoints, of an upstream as a whole
};

/// The keys and wholes of a configuration, by the paths that changes have.
class Inventory {
 public:
  explicit Inventory(const std::vector<EffectiveValue>& values) {
    for (const auto& value : values) add(value);
  }

  const Item* find(const ItemKey& key) const {
    const auto found = items_.find(key);
    return found == items_.end() ? nullptr : &found->second;
  }
  bool has_whole(const std::string& path) const { return find({path, true}) != nullptr; }
  const std::map<ItemKey, Item>& items() const { return items_; }

 private:
  void add(const EffectiveValue& value);
  void add_to_listener(const LocatedKey& at, const EffectiveValue& value);
  void add_to_route(const LocatedKey& at, const EffectiveValue& value);
  void add_to_upstream(const LocatedKey& at, const EffectiveValue& value);
  void add_endpoint(const LocatedKey& at, const std::string& address);
  void add_to_endpoint(const LocatedKey& at, const std::string& value);

  Item& key(const std::string& path) { return items_[{path, false}]; }
  Item& whole(const std::string& path) { return items_[{path, true}]; }

  std::map<ItemKey, Item> items_;
  std::string upstream_;  // the path of the last one: its keys come together
  std::string endpoint_;  // the last one: its address is the first of its keys
};

}  // namespace duplexd
