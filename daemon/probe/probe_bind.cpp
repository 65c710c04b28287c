#include "daemon/probe/probe_bind.hpp"

#include "core/net/socket/tcp_listen_socket.hpp"
#include "daemon/probe/judgements.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace duplexd {
namespace {

/// Whether a process listens on a Unix socket of this name (proc(5), /proc/net/unix).
bool is_listened_on(const SocketAddress& address) {
  constexpr std::string_view listening = "00010000";
  const std::string name = address.to_string().substr(std::string_view("unix:").size());
  std::ifstream file("/proc/net/unix");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string number, references, protocol, flags, type, state, inode, path;
    words >> number >> references >> protocol >> flags >> type >> state >> inode >> path;
    if (flags == listening && path == name) return true;
  }
  return false;
}

// Binding would put a file where that of a process that runs may be.
int try_bind_unix(const SocketAddress& address) {
  if (is_listened_on(address)) return EADDRINUSE;
  if (address.is_abstract()) return 0;
  const std::filesystem::path path(address.unix_path());
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_socket(path, error)) return EEXIST;
  return try_write_folder(path);
}

}  // namespace

int try_write_folder(const std::filesystem::path& path) {
  return ::access(path.parent_path().c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

ProbeVerdict probe_unix(std::string item, const SocketAddress& address) {
  const int error = try_bind_unix(address);
  if (error == EEXIST)
    return {ProbeVerdict::Result::failed, std::move(item), "another file is there",
            "remove it, or bind another path"};
  if (error == 0 || error == EADDRINUSE) return judge_bind(std::move(item), error);
  return judge_folder(std::move(item), error);
}

ProbeVerdict probe_bind(std::string item, const BindAddress& bind, const ListenOptions& options) {
  if (bind.kind == BindAddress::Kind::inherited)
    return {ProbeVerdict::Result::ok, std::move(item), "is passed by the service manager, and not tried"};
  if (bind.address.is_unix()) return probe_unix(std::move(item), bind.address);
  return judge_bind(std::move(item), try_bind_tcp(bind, options));
}

}  // namespace duplexd
