#include "tests/integration/allocation/daemon_thread.hpp"

#include "daemon/daemon.hpp"
#include "tests/support/peer.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

namespace duplexd::test {

namespace {

struct NoLog final : LogOutput {
  std::size_t put(const LogLine&) override { return 0; }
  std::size_t flush() override { return 0; }
};

LoadedConfig parsed(const std::string& text) {
  return parse_config(text, "test.yaml", [](std::string_view) { return std::nullopt; });
}

FileDescriptor listen_at(const SocketAddress& address) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::bind(socket.get(), address.data(), address.size()) != 0) return {};
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return socket;
}

std::vector<NamedOutput> open_no_log(const Patience&) {
  std::vector<NamedOutput> outputs;
  outputs.push_back({"none", std::make_unique<NoLog>()});
  return outputs;
}

}  // namespace

DaemonThread::DaemonThread(Text text)
    : text_(std::move(text)), manager_(listen_at(directory_.socket("notify"))) {
  ::signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this] { serve(); });
}

DaemonThread::~DaemonThread() {
  ::kill(::getpid(), SIGTERM);
  thread_.join();
}

void DaemonThread::serve() {
  Daemon daemon({"test.yaml", [this] { return parsed(text_()); }}, parsed(text_()),
                {.open_log = open_no_log,
                 .log_level = LogLevel::debug,
                 .notify_socket = directory_.path("notify"),
                 .watchdog = {},
                 .inherited = {}});
  daemon.run();
}

void DaemonThread::reload() { ::kill(::getpid(), SIGHUP); }

std::string DaemonThread::hear(const std::string& word) {
  std::string heard;
  while (heard.find(word) == std::string::npos) {
    char message[4096];
    const ssize_t size = ::recv(manager_.get(), message, sizeof message, 0);
    if (size <= 0) return "";
    heard.append(message, static_cast<std::size_t>(size)).append("\n");
  }
  return heard;
}

}  // namespace duplexd::test
