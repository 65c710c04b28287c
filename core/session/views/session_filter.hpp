#pragma once

#include "core/net/address/network.hpp"
#include "core/session/views/session_view.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// Which live sessions are meant: those to which all that is said here applies.
struct SessionFilter {
  std::vector<std::uint64_t> ids{};  ///< sorted; none: whatever the id
  std::string listener{};            ///< "": any; the same of the next two
  std::string upstream{};
  std::string endpoint{};           ///< as configured
  std::optional<Network> source{};  ///< of the client's address
  std::optional<LiveState> state{};
  std::chrono::microseconds min_age{0};
  std::chrono::milliseconds min_idle{0};
  std::uint64_t min_bytes = 0;  ///< read in both directions together

  /// Whether it says nothing: every session is meant.
  bool is_empty() const noexcept;
  bool matches(const SessionView& view) const noexcept;
};

}  // namespace duplexd
