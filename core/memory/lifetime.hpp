#pragma once

#include <memory>
#include <utility>

namespace duplexd {

/// A member of an object whose callbacks may outlive it: guard() makes functions that do nothing once the
/// object has gone. They are called, and the object is destroyed, on one thread.
class Lifetime {
 public:
  template <class Function>
  auto guard(Function function) const {
    return [alive = std::weak_ptr(token_), function = std::move(function)](auto&&... arguments) {
      if (!alive.expired()) function(std::forward<decltype(arguments)>(arguments)...);
    };
  }

 private:
  std::shared_ptr<const bool> token_ = std::make_shared<const bool>();
};

}  // namespace duplexd
