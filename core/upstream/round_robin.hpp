#pragma once

#include "core/upstream/balancer.hpp"

namespace duplexd {

/// Smooth weighted round robin, as in nginx: with weights 5, 1, 1 the turns are a a b a c a a, not a a a a a
/// b c. Each turn every candidate gains its weight, the heaviest is taken and pays the sum.
class RoundRobin final : public Balancer {
 public:
  std::size_t pick(std::span<const std::unique_ptr<Endpoint>> endpoints,
                   const TriedEndpoints& tried) noexcept override;
};

}  // namespace duplexd
