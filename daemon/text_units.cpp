#include "daemon/text_units.hpp"

#include "core/config/spelling.hpp"

#include <fmt/format.h>

namespace duplexd {

std::string to_text(Duration duration_or_off) {
  return word_or("off", Duration{0}, duration(Duration{0}, Duration::max())).print(duration_or_off);
}

std::string bytes_text(std::uint64_t bytes) {
  return bytes < 1024 ? fmt::format("{} B", bytes)
                      : fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
}

std::string mebibytes_text(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

}  // namespace duplexd
