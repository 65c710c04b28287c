#pragma once

#include <cerrno>
#include <functional>
#include <system_error>

namespace duplexd::bench {

/// The result of a system call that must not fail: throws std::system_error if it did.
template <class Result>
Result checked(Result result, const char* call) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  return result;
}

/// Raises the limit of descriptors as far as is allowed and runs `program`. Returns the exit code: an
/// exception is a line on stderr and 1.
int run_program(const char* name, const std::function<void()>& program);

}  // namespace duplexd::bench
