#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/listen_socket.hpp"
#include "daemon/probe/verdict.hpp"

#include <filesystem>
#include <string>

namespace duplexd {

/// 0, or why nothing can be made at the path: an errno about its folder.
int try_write_folder(const std::filesystem::path& path);

/// Whether the address can be listened on. It is bound for a moment; no client notices.
ProbeVerdict probe_bind(std::string item, const BindAddress& bind, const ListenOptions& options);

/// The same of a Unix socket. Nothing is made.
ProbeVerdict probe_unix(std::string item, const SocketAddress& address);

}  // namespace duplexd
