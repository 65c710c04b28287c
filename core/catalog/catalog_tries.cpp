#include "core/catalog/catalog_tries.hpp"

#include <algorithm>

namespace duplexd {

CatalogTries::Time CatalogTries::after_success() noexcept {
  failures_ = 0;
  return soonest;
}

CatalogTries::Time CatalogTries::after_failure(Time lasted) noexcept {
  if (lasted >= calm) failures_ = 0;
  ++failures_;
  server_ = (server_ + 1) % servers_;
  return failures_ % servers_ == 0 ? pause() : soonest;
}

// Shorter by up to a half at random: many proxies miss the same server at once.
CatalogTries::Time CatalogTries::pause() {
  constexpr std::size_t most_doublings = 16;
  const auto doublings = std::min(failures_ / servers_ - 1, most_doublings);
  const Time whole = std::min(longest, first * (1U << doublings));
  return Time(std::uniform_int_distribution(whole.count() / 2, whole.count())(random_));
}

}  // namespace duplexd
