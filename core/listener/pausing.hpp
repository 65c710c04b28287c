#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace duplexd {

/// Shared by the acceptors that pause after they have accepted their backlog. The last of them to pause
/// destroys it, which calls everybody that asked. Used by one thread.
class Pausing {
 public:
  using Done = std::function<void()>;

  Pausing() = default;
  ~Pausing() {
    for (const Done& done : asked_) done();
  }
  Pausing(const Pausing&) = delete;
  Pausing& operator=(const Pausing&) = delete;

  void add(Done done) { asked_.push_back(std::move(done)); }

 private:
  std::vector<Done> asked_;
};

}  // namespace duplexd
