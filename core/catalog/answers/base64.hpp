#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

// Base64 (RFC 4648, 4).

std::string to_base64(std::string_view bytes);
/// None: it is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace duplexd
