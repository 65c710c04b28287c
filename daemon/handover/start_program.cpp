#include "daemon/handover/start_program.hpp"

#include <fmt/format.h>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string_view>
#include <system_error>

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

}  // namespace

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

pid_t start_successor(const ProgramStart& program, const FileDescriptor& channel) {
  SpawnActions actions;
  actions.move(channel.get(), place_of_channel);
  std::vector<std::string> arguments = program.arguments;
  std::vector<std::string> environment = environment_of_successor();
  pid_t child = 0;
  or_throw(::posix_spawn(&child, program.path.c_str(), actions.get(), nullptr, pointers(arguments).data(),
                         pointers(environment).data()),
           program.path.c_str());
  return child;
}

void kill_child(pid_t child) noexcept {
  if (child <= 0) return;
  ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace duplexd
