#include "core/net/socket/options/refused_options.hpp"

#include "core/net/socket/options/network_option.hpp"

#include <fmt/format.h>

#include <sys/socket.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace duplexd {
namespace {

/// "; it has reno cubic", unless the file is hidden from this process (ProcSubset= of systemd.exec(5)).
std::string controls_of_kernel() {
  std::ifstream file("/proc/sys/net/ipv4/tcp_available_congestion_control");
  std::string names;
  std::getline(file, names);
  return names.empty() ? names : fmt::format("; it has {}", names);
}

std::string why(const NetworkOptions& options, std::string_view key, int error) {
  if (key == "interface" && error == ENODEV)
    return fmt::format("this host has no interface {}", options.interface);
  if (key == "interface" && error == EPERM) return "it needs CAP_NET_RAW before Linux 5.7";
  if (key == "mark" && error == EPERM) return "it needs CAP_NET_ADMIN, which this process lacks";
  if (key == "congestion" && error == ENOENT)
    return fmt::format("the kernel has no {}{}", options.congestion, controls_of_kernel());
  if (key == "congestion" && error == EPERM)
    return fmt::format("{} is not in net.ipv4.tcp_allowed_congestion_control, and needs CAP_NET_ADMIN",
                       options.congestion);
  if (key == "dscp" && error == EOPNOTSUPP) return "MPTCP sockets of IPv6 have no traffic class";
  return std::generic_category().message(error);
}

}  // namespace

std::vector<RefusedOption> refused_options(const NetworkOptions& options, int family) {
  static const NetworkOptions nothing;
  std::vector<RefusedOption> all;
  const FileDescriptor socket = family == AF_UNIX ? FileDescriptor() : new_stream_socket(family, options);
  for (const NetworkOption& option : network_option_table) {
    if (!socket || !option.differs(options, nothing)) continue;
    if (const int error = option.set(options, socket.get(), family))
      all.push_back({option.key, error, why(options, option.key, error)});
  }
  return all;
}

std::string refusal_hint(const NetworkOptions& options, int family) {
  const auto all = refused_options(options, family);
  return all.empty() ? "" : fmt::format(" ({}: {})", all.front().key, all.front().why);
}

}  // namespace duplexd
