#include "daemon/cli/text_units.hpp"

#include "core/config/spelling/spelling.hpp"

#include <fmt/format.h>

namespace duplexd {

std::string to_text(Duration duration_or_off) {
  return word_or("off", Duration{0}, duration(Duration{0}, Duration::max())).print(duration_or_off);
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto size = static_cast<double>(bytes) / 1024;
  const char* prefix = "KMGTPE";
  for (; size >= 1023.95; size /= 1024) ++prefix;  // larger sizes would round to "1024.0"
  return fmt::format("{:.1f} {}iB", size, *prefix);
}

std::string mebibytes_text(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024 * 1024));
}

}  // namespace duplexd
