#pragma once

#include "core/health/check_result.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd {

/// Ends a check that does not pass. Only coroutines of a check throw it.
class CheckEnd : public std::exception {
 public:
  CheckEnd(CheckResult::Outcome outcome, std::string words) noexcept
      : outcome_(outcome), words_(std::move(words)) {}

  CheckResult::Outcome outcome() const noexcept { return outcome_; }
  const char* what() const noexcept override { return words_.c_str(); }

 private:
  CheckResult::Outcome outcome_;
  std::string words_;
};

/// The endpoint does not serve: "refused".
[[noreturn]] void fail(std::string words);
/// It answered something else: "connected, but answered 503".
[[noreturn]] void fail_but_connected(std::string_view words);
/// This host could not check: "not checked: no descriptor is free".
[[noreturn]] void not_made(std::string_view why);
/// Why a connection was not made, by the errno of a socket, for either reason.
[[noreturn]] void fail_to_connect(int error);
/// Why a connection ended early, by the errno of a socket.
[[noreturn]] void fail_to_talk(int error);

}  // namespace duplexd
