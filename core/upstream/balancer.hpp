#pragma once

#include "core/config/config.hpp"
#include "core/upstream/endpoint.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace duplexd {

/// Chooses among endpoints; it does not dial. One policy per file, each a class of this kind. Used by one
/// worker, so every worker balances by itself.
class Balancer {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  virtual ~Balancer() = default;
  /// The index of the endpoint to try next, never one of `tried`; `none` if all were. Does not allocate.
  virtual std::size_t pick(std::span<const std::unique_ptr<Endpoint>> endpoints,
                           const TriedEndpoints& tried) noexcept = 0;
};

std::unique_ptr<Balancer> make_balancer(Balance policy);

}  // namespace duplexd
