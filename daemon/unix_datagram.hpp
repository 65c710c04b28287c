#pragma once

#include "core/net/file_descriptor.hpp"

#include <string>

namespace duplexd {

/// A socket that is connected to the datagram socket at `path`, or to the abstract one if it begins with "@".
/// None, with errno set, if there is nobody.
FileDescriptor connect_unix_datagram(const std::string& path) noexcept;

}  // namespace duplexd
