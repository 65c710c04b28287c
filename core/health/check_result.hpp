#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace duplexd {

/// How a check went.
struct CheckResult {
  enum class Outcome : std::uint8_t {
    passed,
    failed,
    not_made,  ///< for a reason of this host, such as no descriptor: it says nothing of the endpoint
  };
  Outcome outcome = Outcome::not_made;
  std::string words;  ///< what happened: "connected, but answered 503"; printable, and at most a line
  std::chrono::microseconds took{0};

  bool passed() const noexcept { return outcome == Outcome::passed; }
};

}  // namespace duplexd
