#pragma once

#include "daemon/import/draft/ledger.hpp"

#include <span>
#include <string_view>

namespace duplexd::importing {

/// Why duplexd has no place for some settings of another proxy.
struct Reason {
  std::string_view start;  ///< of the keys that it is for
  std::string_view why;
};

/// The reason with the longest start that fits, which says most.
std::string_view reason_among(std::span<const Reason> reasons, const Setting& setting) noexcept;

}  // namespace duplexd::importing
