#pragma once

#include "core/names/name_state.hpp"

#include <span>

namespace duplexd {

/// What a message (RFC 1035, 4) says about a service. `status` is that of c-ares. A target "." says that
/// there is no such service (RFC 2782): an answer without targets, and no failure.
NameAnswer service_answer(int status, std::span<const unsigned char> message);

}  // namespace duplexd
