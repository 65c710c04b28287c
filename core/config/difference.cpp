#include "core/config/difference.hpp"

#include "core/config/inventory.hpp"

#include <set>

namespace duplexd {
namespace {

/// Whether an item of one configuration only is a difference. It is none if its whole was added or removed
/// with it.
bool stands_alone(const Item& item, const Inventory& was, const Inventory& is) {
  return item.parent.empty() || (was.has_whole(item.parent) && is.has_whole(item.parent));
}

std::set<ItemKey> keys_of(const Inventory& was, const Inventory& is) {
  std::set<ItemKey> keys;
  for (const auto* items : {&was.items(), &is.items()})
    for (const auto& item : *items) keys.insert(item.first);
  return keys;
}

std::optional<std::string> text_of(const Item* item) {
  return item ? std::optional(item->text) : std::nullopt;
}

}  // namespace

std::vector<Change> difference(const std::vector<EffectiveValue>& before,
                               const std::vector<EffectiveValue>& after) {
  const Inventory was(before), is(after);
  std::vector<Change> changes;
  for (const auto& key : keys_of(was, is)) {
    const Item *old = was.find(key), *now = is.find(key);
    const Item& item = now ? *now : *old;
    const bool differs = old && now ? !key.is_whole && old->text != now->text : stands_alone(item, was, is);
    if (differs)
      changes.push_back({key.path, text_of(old), text_of(now), item.reload_class, item.scope.listener,
                         item.scope.upstream, item.scope.endpoint});
  }
  return changes;
}

}  // namespace duplexd
