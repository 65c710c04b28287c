#pragma once

#include "core/server.hpp"
#include "daemon/reloader.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <string_view>

namespace duplexd {

enum class ProcessState : std::uint8_t {
  serving,
  paused,    ///< clients are refused, sessions go on
  stopping,  ///< ... and the process ends with the last of them
};
std::string_view to_word(ProcessState state) noexcept;

/// The answers of the control socket; duplexctl(1) describes them. On the control thread.
boost::json::value status_json(const Server& server, const Reloader& reloader, ProcessState state,
                               std::chrono::seconds uptime);
boost::json::value plan_json(const ReloadOutcome& outcome, const Totals& totals);
boost::json::value reload_json(const ReloadOutcome& outcome, const Reloader& reloader, const Totals& totals);

}  // namespace duplexd
