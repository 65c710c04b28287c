#pragma once

#include "core/config/config.hpp"

#include <cstdint>
#include <string>

namespace duplexd {

std::string to_text(Duration duration);           ///< as in the file: "1h30m", "500ms", "off" for 0
std::string bytes_text(std::uint64_t bytes);      ///< "960 B", "64.5 KiB", "1.2 TiB"
std::string mebibytes_text(std::uint64_t bytes);  ///< "12.5 MiB"

}  // namespace duplexd
