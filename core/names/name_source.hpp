#pragma once

#include "core/names/name_state.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace duplexd {

/// Who knows what names stand for. Used by the control thread.
class NameSource {
 public:
  using Number = std::uint64_t;
  using OnAnswer = std::function<void(Number question, NameAnswer answer)>;

  virtual ~NameSource() = default;

  /// The answer comes through `answered`, at once or later, with the number of its question. May throw
  /// std::bad_alloc, and then no answer comes.
  virtual void ask(const std::string& host, Number question) = 0;

  /// Nobody waits for this answer any more; it may come all the same. Not called within an answer.
  virtual void forget(Number question) noexcept = 0;

  OnAnswer answered;  ///< set before the first question; does not throw, and asks nothing
};

}  // namespace duplexd
