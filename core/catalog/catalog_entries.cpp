#include "core/catalog/catalog_entries.hpp"

#include "core/config/spelling/wording.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

namespace duplexd {

bool CatalogEntries::set(const std::string& key, Parsed<EndpointConfig> entry) {
  entries_.insert_or_assign(key, std::move(entry));
  return entries_.size() <= most;
}

std::vector<EndpointConfig> CatalogEntries::endpoints() const {
  std::vector<EndpointConfig> all;
  std::set<std::string_view> names;
  for (const auto& [key, entry] : entries_) {
    if (entry && names.insert(entry->name).second) all.push_back(*entry);
  }
  return all;
}

std::string CatalogEntries::left_out() const {
  std::size_t others = 0;
  std::string first;
  for (const auto& [key, entry] : entries_) {
    if (entry) continue;
    if (first.empty())
      first = fmt::format("{}: {}", in_quotes(key), entry.error().what);
    else
      ++others;
  }
  return others == 0 ? first : fmt::format("{} (and {} more)", first, others);
}

}  // namespace duplexd
