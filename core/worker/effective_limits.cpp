#include "core/worker/effective_limits.hpp"

#include "core/control/admin_limits.hpp"
#include "core/control/control_server.hpp"
#include "core/memory/buffer_pool.hpp"
#include "core/session/session.hpp"
#include "core/upstream/dial/beside.hpp"

#include <fmt/format.h>

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>
#include <variant>

namespace duplexd {

namespace {

constexpr std::uint64_t descriptors_per_session = 2;
constexpr std::uint64_t descriptors_per_pipe = 2;
// An epoll set, what wakes it, a client that is refused, and the next endpoint while the last one is still
// open.
constexpr std::uint64_t descriptors_per_worker = 4;
constexpr std::uint64_t descriptors_of_process =
    24;  // standard streams, control thread, log, files, look-ups
constexpr unsigned descriptors_per_catalog = 1;
const std::uint64_t descriptors_of_control_socket = 1 + ControlLimits{}.clients;
constexpr std::uint64_t descriptors_per_admin_socket = 1 + admin_limits.clients;

unsigned available_cpus() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  // EINVAL on a machine of more CPUs than the set holds.
  if (::sched_getaffinity(0, sizeof cpus, &cpus) != 0)
    return std::max(1u, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&cpus)));
}

bool may_dial_beside(const UpstreamConfig& upstream) {
  return upstream.resolve.attempt_delay.count() > 0 &&
         std::ranges::any_of(upstream.endpoints, [](const EndpointConfig& endpoint) {
           return !std::holds_alternative<SocketAddress>(endpoint.address);
         });
}

// A few of those that sessions could have, or whatever a limit of sessions leaves.
std::uint64_t spared_for_pipes(std::uint64_t left, std::uint64_t max_sessions) {
  return max_sessions == 0 ? left / 16 : left - std::min(left, descriptors_per_session * max_sessions);
}

std::uint64_t descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace

EffectiveLimits effective_limits(const Config& config) {
  return effective_limits(config, config.workers ? config.workers : available_cpus());
}

EffectiveLimits effective_limits(const Config& config, unsigned workers) {
  EffectiveLimits limits;
  limits.workers = workers;
  limits.descriptors = descriptor_limit();
  limits.descriptors_reserved = descriptors_of_process + descriptors_per_worker * limits.workers;
  if (std::ranges::any_of(config.upstreams, may_dial_beside))
    limits.descriptors_reserved += Beside::most * limits.workers;
  if (config.control.socket == ControlConfig::Socket::path)
    limits.descriptors_reserved += descriptors_of_control_socket;
  limits.descriptors_reserved += descriptors_per_admin_socket * config.admin.bind.size();
  for (const ListenerConfig& listener : config.listeners) {
    limits.descriptors_reserved += listener.bind.size() * limits.workers;
  }
  for (const UpstreamConfig& upstream : config.upstreams) {
    limits.descriptors_reserved +=
        descriptors_per_catalog * (upstream.etcd.enabled + upstream.consul.enabled);
  }
  std::uint64_t left = limits.descriptors - std::min(limits.descriptors, limits.descriptors_reserved);
  limits.pipes = pipe_limits(spared_for_pipes(left, config.max_sessions), workers);
  limits.descriptors_reserved += descriptors_per_pipe * limits.pipes.pipes;
  left -= descriptors_per_pipe * limits.pipes.pipes;
  const std::uint64_t affordable = left / descriptors_per_session;
  limits.sessions = config.max_sessions ? config.max_sessions : affordable;
  limits.sessions_fit = affordable > 0 && limits.sessions <= affordable;
  limits.session_bytes_idle = sizeof(Session);
  limits.session_bytes_most = limits.session_bytes_idle + 2 * BufferPool::buffer_size;
  return limits;
}

std::string sessions_do_not_fit(const EffectiveLimits& limits) {
  return fmt::format(
      "too few descriptors for {} sessions: RLIMIT_NOFILE is {}, and {} of them are not for sessions; raise "
      "LimitNOFILE= in the service unit (in a shell: ulimit -n), or lower limits.sessions or set it to auto",
      limits.sessions, limits.descriptors, limits.descriptors_reserved);
}

}  // namespace duplexd
