#include "daemon/probe/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace duplexd {
namespace {

using Result = ProbeVerdict::Result;

std::size_t count_of(const std::vector<ProbeVerdict>& all, Result result) {
  return static_cast<std::size_t>(std::ranges::count(all, result, &ProbeVerdict::result));
}

}  // namespace

std::string_view to_word(Result result) noexcept {
  switch (result) {
    case Result::ok:
      return "ok";
    case Result::warn:
      return "warn";
    case Result::failed:
      break;
  }
  return "failed";
}

bool has_failed(const std::vector<ProbeVerdict>& all) noexcept {
  return std::ranges::count(all, Result::failed, &ProbeVerdict::result) > 0;
}

std::string probe_text(std::string_view configuration, const std::vector<ProbeVerdict>& all) {
  std::string text;
  for (const ProbeVerdict& each : all)
    fmt::format_to(std::back_inserter(text), "{:<7} {}: {}{}{}\n", to_word(each.result), each.item,
                   each.evidence, each.remedy.empty() ? "" : "; ", each.remedy);
  return text + fmt::format("{}: probe: {} ok, {} warn, {} failed\n", configuration,
                            count_of(all, Result::ok), count_of(all, Result::warn),
                            count_of(all, Result::failed));
}

}  // namespace duplexd
