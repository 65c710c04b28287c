#pragma once

#include "core/config/upstream_config.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// What is known of a catalog.
struct CatalogState {
  using Time = std::chrono::system_clock::time_point;

  std::optional<std::vector<EndpointConfig>> endpoints{};  ///< of the last answer; none: there was none
  std::string left_out{};  ///< which of its entries cannot be used, and why; "": all can
  bool answered = false;   ///< an answer came, or every server has failed once
  std::string failure{};   ///< why it is not followed at present; "": it is
  Time succeeded{};        ///< of the last answer
  Time failed{};           ///< of the last failure
};

}  // namespace duplexd
