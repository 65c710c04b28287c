#pragma once

#include "core/metrics/counter.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace duplexd {

/// An error of accept4(2) that is counted by itself.
struct AcceptErrno {
  int error;
  const char* name;
};

/// An operator can raise a limit of descriptors or memory, and can ask clients or a firewall why they broke
/// off; other errors are for us.
inline constexpr std::array<AcceptErrno, 6> accept_errnos{{{EMFILE, "EMFILE"},
                                                           {ENFILE, "ENFILE"},
                                                           {ENOBUFS, "ENOBUFS"},
                                                           {ENOMEM, "ENOMEM"},
                                                           {ECONNABORTED, "ECONNABORTED"},
                                                           {EPERM, "EPERM"}}};

/// What one thread counts of them; others are counted in their sum alone.
struct AcceptErrors {
  Counter all;
  std::array<Counter, accept_errnos.size()> by_errno;

  void add(int error) noexcept {
    all.add();
    for (std::size_t i = 0; i < accept_errnos.size(); ++i)
      if (accept_errnos[i].error == error) by_errno[i].add();
  }
};

/// The same, summed over threads.
struct AcceptErrnoCounts {
  std::array<std::uint64_t, accept_errnos.size()> counts{};

  void add(const AcceptErrors& errors) noexcept {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += errors.by_errno[i].value();
  }
  void add(const AcceptErrnoCounts& other) noexcept {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  }
};

}  // namespace duplexd
