#pragma once

#include <memory>

namespace duplexd {

/// Held by each acceptor that still accepts its backlog before it pauses. Whoever waits for the last of them
/// keeps a weak_ptr, which expires then. Used by one thread.
using Pausing = std::shared_ptr<const void>;

inline Pausing make_pausing() { return std::make_shared<const char>(); }

}  // namespace duplexd
