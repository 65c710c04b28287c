#pragma once

#include "core/config/spelling/spelling.hpp"
#include "core/config/system.hpp"
#include "core/net/address/address.hpp"

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// One address to listen on or a range of ports, as written.
struct Bind {
  std::string text;
  std::vector<BindAddress> addresses;
};

/// Spellings that depend on the host, or on the rest of the file. Made once for each file, because a
/// configuration may have thousands of listeners.
struct Dependent {
  static constexpr std::size_t most_addresses = 10'000;  ///< to listen on, with the ports of ranges

  explicit Dependent(const System& system);

  Spelling<std::optional<uid_t>> user;
  Spelling<std::optional<gid_t>> group;
  Spelling<Bind> bind;             ///< refuses what is more than `most_addresses` in all
  Spelling<std::size_t> upstream;  ///< the index of a name; set once all names are known
};

/// Spellings of any host and file: they print and describe values, but read none.
const Dependent& any_file();

}  // namespace duplexd
