#pragma once

#include "core/net/address/parsed.hpp"

#include <cstddef>
#include <string>

namespace duplexd {

/// The secret in a file, which has one line, without the end of that. At most `most` bytes. The error
/// continues the name of the file: "is empty, or has more than one line".
Parsed<std::string> read_secret(const std::string& file, std::size_t most);

}  // namespace duplexd
