#pragma once

#include "core/metrics/exposition/figures.hpp"

#include <string>
#include <string_view>

namespace duplexd {

/// Of prometheus_text(), as HTTP says it.
inline constexpr std::string_view prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics in the text format that Prometheus scrapes, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). A metric without samples is left out.
std::string prometheus_text(const Figures& figures);

}  // namespace duplexd
