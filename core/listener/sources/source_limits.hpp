#pragma once

#include "core/listener/sources/source_rates.hpp"
#include "core/listener/sources/source_table.hpp"

#include <memory>

namespace duplexd {

/// What holds each source address of a listener to its limits. Null: the limit is off.
struct SourceLimits {
  std::shared_ptr<SourceTable> sessions{};  ///< limits.per_source
  std::shared_ptr<SourceRates> rates{};     ///< limits.per_source_rate

  bool operator==(const SourceLimits&) const = default;
};

}  // namespace duplexd
