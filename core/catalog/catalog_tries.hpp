#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace duplexd {

/// Which server of a catalog is asked next, and when. Nothing happens more often than every `soonest`.
class CatalogTries {
 public:
  using Time = std::chrono::milliseconds;

  static constexpr Time soonest{100};
  static constexpr Time first{250};      ///< the pause when each server has failed once
  static constexpr Time longest{5'000};  ///< pauses double up to it
  static constexpr Time calm{10'000};    ///< a server that was followed so long counts as one that serves

  /// `servers` is at least 1.
  CatalogTries(std::size_t servers, std::uint64_t seed) : servers_(servers), random_(seed) {}

  std::size_t server() const noexcept { return server_; }
  bool all_failed() const noexcept { return failures_ >= servers_; }

  // How long to wait after a visit that took `lasted`.
  Time after_success() noexcept;             ///< then the same server is asked
  Time after_failure(Time lasted) noexcept;  ///< then the next one

 private:
  Time pause();

  const std::size_t servers_;
  std::size_t server_ = 0;
  std::size_t failures_ = 0;  // in a row
  std::mt19937_64 random_;
};

}  // namespace duplexd
