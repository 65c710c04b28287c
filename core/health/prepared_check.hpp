#pragma once

#include "core/config/check_config.hpp"
#include "core/config/spelling/regex.hpp"

#include <memory>
#include <vector>

namespace duplexd {

class TlsContext;

/// A configured check with what is made of it once: certificates and regular expressions.
struct PreparedCheck {
  explicit PreparedCheck(std::shared_ptr<const CheckConfig> check);
  ~PreparedCheck();

  const std::shared_ptr<const CheckConfig> config;
  const std::unique_ptr<TlsContext> tls;  ///< of tls and https
  const Regex body;                       ///< what the body has to look like
  const std::vector<Regex> steps;         ///< the same of each step, whether it sends or not
};

}  // namespace duplexd
