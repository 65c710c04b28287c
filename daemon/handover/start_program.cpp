#include "daemon/handover/start_program.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>

// clone(2) by the other name that glibc exports. Of clone() itself ThreadSanitizer believes that it forks: in
// the child it stops to look at anything, and here the child shares the memory and so that state.
extern "C" int __clone(int (*)(void*), void*, int, void*, ...) noexcept;

namespace duplexd {
namespace {

constexpr int place_of_channel = 3;
constexpr std::array<std::string_view, 5> not_inherited{
    "LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=", "WATCHDOG_PID=", "DUPLEXD_PREDECESSOR="};

void or_throw(int error, const char* call) {
  if (error != 0) throw std::system_error(error, std::system_category(), call);
}

/// What posix_spawn(3) does in the child before it runs the program.
class SpawnActions {
 public:
  SpawnActions() { or_throw(::posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void move(int from, int to) {
    or_throw(::posix_spawn_file_actions_adddup2(&actions_, from, to), "posix_spawn_file_actions_adddup2");
  }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

std::vector<std::string> environment_of_successor() {
  std::vector<std::string> all;
  for (char** each = environ; *each; ++each) {
    const std::string_view variable = *each;
    const bool left_out =
        std::ranges::any_of(not_inherited, [&](std::string_view name) { return variable.starts_with(name); });
    if (!left_out) all.emplace_back(variable);
  }
  all.push_back(fmt::format("{}={}", predecessor_variable, place_of_channel));
  return all;
}

/// As execve(2) takes them.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// What the process in between is told, and what it answers.
struct Between {
  const char* path;
  const posix_spawn_file_actions_t* actions;
  char* const* arguments;
  char* const* environment;
  pid_t successor = 0;
  int error = 0;
};

int start_and_leave(void* shared) {
  Between& between = *static_cast<Between*>(shared);
  between.error = ::posix_spawn(&between.successor, between.path, between.actions, nullptr, between.arguments,
                                between.environment);
  return 0;
}

// The process in between shares the memory of this one and ends at once. So the successor becomes a child of
// the service manager. systemd kills a main process that is another one's child as soon as it has told it to
// stop, because it cannot wait for it (unit_kill_context() in its src/core/unit.c); this process may stay for
// long.
void start_between(Between& between) {
  constexpr std::size_t stack_size = 64 * 1024;
  const auto stack = std::make_unique<char[]>(stack_size);
  const pid_t pid =
      __clone(start_and_leave, stack.get() + stack_size, CLONE_VM | CLONE_VFORK | SIGCHLD, &between);
  if (pid < 0) throw std::system_error(errno, std::system_category(), "clone");
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Successor::Successor(pid_t pid) noexcept
    : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

void Successor::kill() noexcept {
  if (!handle_) return;
  ::syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0);
  pollfd gone{handle_.get(), POLLIN, 0};
  while (::poll(&gone, 1, -1) < 0 && errno == EINTR) {
  }
}

// The kernel marks a file that was replaced.
ProgramStart own_start(int argc, const char* const* argv) {
  constexpr std::string_view replaced = " (deleted)";
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  ProgramStart start{.path = size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : argv[0],
                     .arguments = {argv, argv + argc}};
  if (start.path.ends_with(replaced)) start.path.resize(start.path.size() - replaced.size());
  return start;
}

Successor start_successor(const ProgramStart& program, const FileDescriptor& channel) {
  SpawnActions actions;
  actions.move(channel.get(), place_of_channel);
  std::vector<std::string> arguments = program.arguments;
  std::vector<std::string> environment = environment_of_successor();
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  Between between{program.path.c_str(), actions.get(), argv.data(), envp.data()};
  start_between(between);
  or_throw(between.error, between.path);
  return Successor(between.successor);
}

}  // namespace duplexd
