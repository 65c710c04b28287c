#pragma once

#include "core/config/keys/settings.hpp"
#include "core/reload/endpoints/endpoint_report.hpp"
#include "core/reload/explain/explanation.hpp"
#include "daemon/control/explain/written.hpp"

#include <boost/json/object.hpp>

#include <initializer_list>
#include <string_view>
#include <vector>

namespace duplexd {

/// What an explanation is told with.
struct ExplainContext {
  const ExplainQuestion& question;
  const Config& config;
  const Written& written;
  const UpstreamReport* upstream = nullptr;  ///< of the one that is chosen; null: none is
};

/// An explanation as the control socket tells it; duplexctl(1) describes the keys.
boost::json::object explain_json(const Explanation& told, const ExplainContext& context);

/// The upstream, its policy, and its endpoints with what the choice says of each.
boost::json::object explained_upstream_json(const Explanation& told, const ExplainContext& context);

/// The settings whose keys begin with one of these, with their values as the file spells them.
boost::json::object settings_json(const std::vector<Setting>& settings,
                                  std::initializer_list<std::string_view> begins);

}  // namespace duplexd
