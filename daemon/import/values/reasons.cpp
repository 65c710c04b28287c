#include "daemon/import/values/reasons.hpp"

#include <cstddef>

namespace duplexd::importing {

std::string_view reason_among(std::span<const Reason> reasons, const Setting& setting) noexcept {
  std::string_view why = "duplexd has nothing like it";
  std::size_t length = 0;
  for (const Reason& reason : reasons) {
    if (!setting.key.starts_with(reason.start) || reason.start.size() < length) continue;
    why = reason.why;
    length = reason.start.size();
  }
  return why;
}

}  // namespace duplexd::importing
