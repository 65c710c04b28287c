// What health checks cost the control thread: the CPU time of 500 of them, every 2 s.
//   bench_health_checks [SECONDS]
#include "core/health/health_monitor.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/io_context.hpp>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace {

using duplexd::FileDescriptor;
using duplexd::SocketAddress;

constexpr std::size_t endpoints = 500;

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

SocketAddress local_address(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return {reinterpret_cast<const sockaddr*>(&address), size};
}

/// A process that accepts and closes, until it is killed.
pid_t start_endpoint(int listening) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  while (true) ::close(::accept(listening, nullptr, nullptr));
}

std::vector<duplexd::Watched> watched(const SocketAddress& address) {
  std::vector<duplexd::Watched> all;
  for (std::size_t i = 0; i < endpoints; ++i)
    all.push_back({reinterpret_cast<const void*>(i + 1), address, "endpoint", {}});
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 10;
  const FileDescriptor listening(::socket(AF_INET, SOCK_STREAM, 0));
  const auto any = SocketAddress::parse("127.0.0.1:0");
  if (::bind(listening.get(), any->data(), any->size()) != 0 || ::listen(listening.get(), 1024) != 0)
    return 1;
  const auto address = local_address(listening.get());
  const pid_t endpoint = start_endpoint(listening.get());

  boost::asio::io_context io;
  std::size_t failures = 0;
  duplexd::HealthMonitor monitor(io,
                                 [&failures](const void*, bool up, std::string_view) { failures += !up; });
  duplexd::CheckConfig check;
  check.type = duplexd::CheckType::tcp;
  const auto all = watched(address);
  monitor.watch("all", all, std::make_shared<const duplexd::CheckConfig>(check));

  io.run_for(check.interval);  // warm up
  const double before = cpu_seconds();
  io.run_for(std::chrono::seconds(seconds));
  const double used = cpu_seconds() - before;
  std::printf("%zu endpoints every %.1f s for %d s: %.2f %% of a core, %.0f us per check, %zu failed\n",
              all.size(), static_cast<double>(check.interval.count()) / 1e3, seconds, used / seconds * 100,
              used / seconds / (static_cast<double>(all.size()) / 2) * 1e6, failures);
  ::kill(endpoint, SIGKILL);
  ::waitpid(endpoint, nullptr, 0);
}
