#pragma once

#include <functional>

namespace duplexd::test {

/// Runs work on a thread on which the kernel refuses splice(2), as the sandbox of a container does
/// (seccomp(2)).
class WithoutSplice {
 public:
  explicit WithoutSplice(int error) : error_(error) {}
  /// Returns when `work` has.
  void run(const std::function<void()>& work) const;

 private:
  const int error_;
};

}  // namespace duplexd::test
