#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// What a probe has found out about one item.
struct ProbeVerdict {
  enum class Result : std::uint8_t { ok, warn, failed };
  Result result = Result::ok;
  std::string item;      ///< "name db.internal", "endpoint db 10.0.0.11:5432"
  std::string evidence;  ///< what was seen
  std::string remedy{};  ///< "": nothing is to be done
  friend bool operator==(const ProbeVerdict&, const ProbeVerdict&) = default;
};
std::string_view to_word(ProbeVerdict::Result result) noexcept;

/// A line for each, and one with the sums: "duplexd.yaml: probe: 5 ok, 1 warn, 0 failed".
std::string probe_text(std::string_view configuration, const std::vector<ProbeVerdict>& all);
bool has_failed(const std::vector<ProbeVerdict>& all) noexcept;

}  // namespace duplexd
