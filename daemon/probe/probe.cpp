#include "daemon/probe/probe.hpp"

#include "daemon/probe/judgements.hpp"
#include "daemon/probe/probe_endpoints.hpp"
#include "daemon/probe/probe_host.hpp"
#include "daemon/probe/probe_process.hpp"

#include <algorithm>
#include <iterator>

namespace duplexd {

std::vector<ProbeVerdict> probe(const std::shared_ptr<const Config>& config, const EffectiveLimits& limits,
                                std::chrono::sys_seconds now) {
  std::vector<ProbeVerdict> all{judge_descriptors(limits)};
  const auto add = [&all](std::vector<ProbeVerdict> more) {
    std::ranges::move(more, std::back_inserter(all));
  };
  add(probe_capabilities(*config));
  add(probe_listeners(*config));
  add(probe_certificates(*config, now));
  add(probe_process(*config, now));
  ProbedEndpoints endpoints = probe_endpoints(config);
  add(std::move(endpoints.verdicts));
  add(probe_local_ports(*config, endpoints.addresses));
  return all;
}

}  // namespace duplexd
