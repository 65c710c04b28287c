#pragma once

#include "core/config/edge/limit.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace duplexd {

/// `true`, `false` or a list of `limits`, the words of which are those of their keys.
Spelling<LimitSet> dry_run_spelling(const std::vector<Limit>& limits);
std::string dry_run_text(LimitSet tried, const std::vector<Limit>& limits);

/// The key for the limits of a section that are tried.
template <class T>
Key<T> dry_run_key(LimitSet T::*member, const std::vector<Limit>& limits, std::string_view sentence,
                   std::string_view more) {
  using Items = std::vector<Placed<LimitSet>>;
  const std::function<void(MapReader&, T&, Items)> put = [member](MapReader&, T& all, const Items& items) {
    for (const auto& each : items) (all.*member).add(each.value);
  };
  Key<T> key = list("dry_run", put, dry_run_spelling(limits), ReloadClass::live, sentence, more);
  key.print = [member, limits](const T& all) { return dry_run_text(all.*member, limits); };
  return key;
}

}  // namespace duplexd
