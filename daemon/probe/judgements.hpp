#pragma once

#include "core/health/check_result.hpp"
#include "core/worker/effective_limits.hpp"
#include "daemon/probe/verdict.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

// Each is a value of what was seen. An error is 0 or errno.

struct NameSeen {
  std::string name;
  std::size_t addresses = 0;
  std::optional<std::chrono::milliseconds> took{};  ///< none: there was no answer in time
  std::string failure{};
  bool required = true;  ///< duplexd does not start without it
};
ProbeVerdict judge_name(const NameSeen& seen);

/// Of an endpoint that was dialled, or checked. None: it took too long.
ProbeVerdict judge_dial(std::string item, const std::optional<CheckResult>& result);
ProbeVerdict judge_check(std::string item, const std::optional<CheckResult>& result);

ProbeVerdict judge_bind(std::string item, int error);
ProbeVerdict judge_file(std::string item, int error);
/// Of a file or socket that is made there.
ProbeVerdict judge_folder(std::string item, int error);
/// Of one that was dialled. Lines are lost while it does not answer; nothing else is.
ProbeVerdict judge_log_server(std::string item, const std::optional<CheckResult>& result);
ProbeVerdict judge_log_server(std::string item, int error);
ProbeVerdict judge_descriptors(const EffectiveLimits& limits);
ProbeVerdict judge_backlog(std::string item, std::size_t backlog, std::size_t somaxconn);
ProbeVerdict judge_capability(std::string item, bool has_it, std::string_view lacks);

struct PortsSeen {
  std::string upstream;
  std::size_t ports = 0;      ///< of net.ipv4.ip_local_port_range
  std::size_t sources = 1;    ///< addresses to dial from
  std::size_t endpoints = 0;  ///< addresses of TCP that are dialled
  std::size_t sessions = 0;   ///< that there may be at once; 0: nobody has said
};
ProbeVerdict judge_ports(const PortsSeen& seen);

struct CertificateSeen {
  std::string item;
  std::vector<std::string> names;
  long days_left = 0;
};
ProbeVerdict judge_certificate(const CertificateSeen& seen);

}  // namespace duplexd
