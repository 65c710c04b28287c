#include "daemon/probe/judgements.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace duplexd {
namespace {

using Result = ProbeVerdict::Result;

constexpr long days_to_warn = 21;  // as the log of a process that runs
constexpr std::string_view lines_are_lost =
    "until it answers, lines are lost: start it, or correct log.output";

std::string took_text(std::chrono::microseconds took) {
  return fmt::format("{:.1f} ms", static_cast<double>(took.count()) / 1000);
}

ProbeVerdict judge_result(std::string item, const std::optional<CheckResult>& result,
                          std::string_view remedy) {
  if (!result) return {Result::failed, std::move(item), "no answer in time", std::string(remedy)};
  std::string evidence = fmt::format("{}, {}", result->words, took_text(result->took));
  if (result->passed()) return {Result::ok, std::move(item), std::move(evidence)};
  return {Result::failed, std::move(item), std::move(evidence), std::string(remedy)};
}

}  // namespace

ProbeVerdict judge_name(const NameSeen& seen) {
  const std::string item = "name " + seen.name;
  const std::string within = seen.took ? took_text(*seen.took) : std::string("no answer in time");
  if (seen.addresses > 0)
    return {Result::ok, item,
            fmt::format("{} {}, {}", seen.addresses, seen.addresses == 1 ? "address" : "addresses", within)};
  const std::string evidence = seen.failure.empty() ? within : fmt::format("{}, {}", seen.failure, within);
  return {seen.required ? Result::failed : Result::warn, item, evidence.empty() ? "no address" : evidence,
          "look it up with the name servers of /etc/resolv.conf or of resolve.servers, and mend the name or "
          "the servers"};
}

ProbeVerdict judge_dial(std::string item, const std::optional<CheckResult>& result) {
  return judge_result(std::move(item), result,
                      "see whether its service runs and listens there, and which firewall is between");
}

ProbeVerdict judge_check(std::string item, const std::optional<CheckResult>& result) {
  return judge_result(std::move(item), result,
                      "until its check passes the endpoint gets no sessions: mend the service, or the check");
}

ProbeVerdict judge_bind(std::string item, int error) {
  switch (error) {
    case 0:
      return {Result::ok, std::move(item), "can be bound"};
    case EADDRINUSE:
      return {Result::warn, std::move(item), "in use",
              "well if it is the duplexd that runs; else stop who has it: ss -ltnp shows who"};
    case EACCES:
    case EPERM:
      return {Result::failed, std::move(item), std::strerror(error),
              "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE, which the packaged "
              "unit gives"};
    case EADDRNOTAVAIL:
      return {Result::failed, std::move(item), std::strerror(error),
              "this host has no such address: correct it, or set client.free_bind"};
    default:
      break;
  }
  return {Result::failed, std::move(item), std::strerror(error), "duplexd would not start"};
}

ProbeVerdict judge_file(std::string item, int error) {
  if (error == 0) return {Result::ok, std::move(item), "can be written"};
  return {Result::failed, std::move(item), std::strerror(error), "let this user write it"};
}

ProbeVerdict judge_folder(std::string item, int error) {
  if (error == 0) return {Result::ok, std::move(item), "can be made"};
  return {Result::failed, std::move(item), fmt::format("its folder: {}", std::strerror(error)),
          "make the folder, or let this user write there"};
}

ProbeVerdict judge_log_server(std::string item, const std::optional<CheckResult>& result) {
  ProbeVerdict verdict = judge_result(std::move(item), result, lines_are_lost);
  if (verdict.result == Result::failed) verdict.result = Result::warn;
  return verdict;
}

ProbeVerdict judge_log_server(std::string item, int error) {
  if (error == 0) return {Result::ok, std::move(item), "is there"};
  return {Result::warn, std::move(item), std::strerror(error), std::string(lines_are_lost)};
}

ProbeVerdict judge_descriptors(const EffectiveLimits& limits) {
  if (!limits.sessions_fit)
    return {Result::failed, "descriptors", sessions_do_not_fit(limits),
            "raise LimitNOFILE= of the unit, or lower limits.sessions"};
  return {Result::ok, "descriptors",
          fmt::format("{}, of which {} sessions and {} others fit", limits.descriptors, limits.sessions,
                      limits.descriptors_reserved)};
}

ProbeVerdict judge_backlog(std::string item, std::size_t backlog, std::size_t somaxconn) {
  if (backlog <= somaxconn)
    return {Result::ok, std::move(item), fmt::format("{}, net.core.somaxconn is {}", backlog, somaxconn)};
  return {Result::warn, std::move(item),
          fmt::format("{}, but the kernel takes {} at most (net.core.somaxconn)", backlog, somaxconn),
          fmt::format("sysctl -w net.core.somaxconn={}, or lower the backlog", backlog)};
}

ProbeVerdict judge_capability(std::string item, bool has_it, std::string_view lacks) {
  if (has_it) return {Result::ok, std::move(item), "this process may"};
  return {Result::failed, std::move(item), std::string(lacks),
          "the drop-in net-admin.conf gives it to the unit"};
}

ProbeVerdict judge_ports(const PortsSeen& seen) {
  const std::size_t most = seen.ports * seen.sources * seen.endpoints;
  const std::string item = fmt::format("local ports of upstream {}", seen.upstream);
  const std::string evidence =
      fmt::format("{} ports, {} of its addresses, {} to dial from: {} sessions at once", seen.ports,
                  seen.endpoints, seen.sources, most);
  if (seen.sessions <= most) return {Result::ok, item, evidence};
  return {Result::warn, item, fmt::format("{}, but there may be {}", evidence, seen.sessions),
          "widen net.ipv4.ip_local_port_range, or give the upstream more addresses in endpoint.source"};
}

ProbeVerdict judge_certificate(const CertificateSeen& seen) {
  const std::string evidence =
      fmt::format("{}, expires in {} days", fmt::join(seen.names, ", "), seen.days_left);
  if (seen.days_left > days_to_warn) return {Result::ok, seen.item, evidence};
  return {seen.days_left < 0 ? Result::failed : Result::warn, seen.item, evidence, "renew it"};
}

}  // namespace duplexd
