#pragma once

#include <ares.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// How resolv.conf(5) says that short names are asked for.
struct SearchList {
  std::vector<std::string> domains{};
  std::size_t ndots = 1;  ///< a name with as many dots is asked for as it is first
};

/// That of a channel. Throws std::bad_alloc.
SearchList search_list_of(ares_channel channel);

/// The names that are asked for in turn until one exists. There are none for a name of Tor, which never goes
/// to DNS (RFC 7686).
std::vector<std::string> names_to_ask(std::string_view host, const SearchList& list);

}  // namespace duplexd
