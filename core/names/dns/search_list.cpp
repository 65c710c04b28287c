#include "core/names/dns/search_list.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace duplexd {
namespace {

bool is_of_tor(std::string_view host) noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host.ends_with(".onion");
}

}  // namespace

SearchList search_list_of(ares_channel channel) {
  ares_options options{};
  int mask = 0;
  const int status = ::ares_save_options(channel, &options, &mask);
  const std::unique_ptr<ares_options, decltype(&::ares_destroy_options)> release(&options,
                                                                                 &::ares_destroy_options);
  if (status == ARES_ENOMEM) throw std::bad_alloc();
  SearchList list;
  if (status != ARES_SUCCESS) return list;
  if (mask & ARES_OPT_NDOTS) list.ndots = static_cast<std::size_t>(std::max(options.ndots, 0));
  if (mask & ARES_OPT_DOMAINS) list.domains.assign(options.domains, options.domains + options.ndomains);
  return list;
}

std::vector<std::string> names_to_ask(std::string_view host, const SearchList& list) {
  if (is_of_tor(host)) return {};
  std::vector<std::string> names;
  if (!host.ends_with('.')) {
    for (const std::string& domain : list.domains)
      names.push_back(domain == "." ? std::string(host) : std::string(host) + "." + domain);
  }
  const auto dots = static_cast<std::size_t>(std::ranges::count(host, '.'));
  const bool is_first = host.ends_with('.') || dots >= list.ndots;
  names.insert(is_first ? names.begin() : names.end(), std::string(host));
  return names;
}

}  // namespace duplexd
