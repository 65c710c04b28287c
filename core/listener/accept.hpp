#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <cstddef>
#include <optional>

namespace duplexd {

/// What one accept4(2) did: a client, or why there is none.
struct Accepted {
  enum class Outcome {
    client,
    nobody,     ///< the backlog is empty
    went_away,  ///< that client was gone before we took it; the next may be fine (accept(2), "Error
                ///< handling")
    exhausted,  ///< descriptors or memory are short, or the socket itself is in trouble: pause
  };
  Outcome outcome{};
  int error = 0;          ///< errno, unless a client came
  FileDescriptor client;  ///< non-blocking, close-on-exec
  PeerAddress address;
};

Accepted accept_client(int listening) noexcept;

/// What it means that accept4(2) failed with this errno.
Accepted::Outcome accept_outcome(int error) noexcept;

/// How many clients wait to be accepted (tcp(7): tcpi_unacked of a listening socket); nothing if the socket
/// is not of TCP, which cannot tell.
std::optional<std::size_t> clients_waiting(int listening) noexcept;

}  // namespace duplexd
