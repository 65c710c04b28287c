#include "core/listener/listener_account.hpp"

#include <algorithm>

namespace duplexd {

std::shared_ptr<SourceTable> ListenerAccount::source_table(std::size_t most, std::size_t sources,
                                                           unsigned ipv6_prefix) {
  const auto fits = [&](const auto& table) { return table->fits(sources, ipv6_prefix); };
  if (const auto known = std::ranges::find_if(tables_, fits); known != tables_.end()) return *known;
  tables_.push_back(std::make_shared<SourceTable>(most, sources, ipv6_prefix));
  return tables_.back();
}

void ListenerAccount::forget_unused() noexcept {
  std::erase_if(tables_, [](const auto& table) { return table.use_count() == 1; });
}

}  // namespace duplexd
