#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/net/socket/connecting.hpp"

#include <cstdint>

namespace duplexd {

/// What may help after an attempt to connect has failed, the nearest first: where there is no other source
/// left, another endpoint is tried.
enum class WayOn : std::uint8_t {
  other_source,    ///< the same endpoint from another of the upstream's source addresses
  other_endpoint,  ///< another endpoint
  later,           ///< another endpoint, or the same one in a moment
  none,            ///< this process is short of something that every endpoint needs
};

/// What a failed attempt means. The reason stands if no way on leads anywhere.
struct DialFailure {
  CloseReason reason{};
  WayOn way_on{};
  friend bool operator==(const DialFailure&, const DialFailure&) = default;
};

/// Judges an errno of the call that failed, after the manual pages of socket, bind, connect, socket(7),
/// ip(7), ipv6(7) and unix(7). `has_source`: the attempt can be repeated at once from another source address.
///
/// | call       | errno                                    | reason              | way on         |
/// |------------|------------------------------------------|---------------------|----------------|
/// | any        | EMFILE, ENFILE                           | local_error         | none           |
/// | any        | ENOMEM, ENOBUFS                          | local_error         | later          |
/// | socket     | EAFNOSUPPORT: no IPv6 on this host       | connect_no_source   | other endpoint |
/// | socket     | any other                                | local_error         | other endpoint |
/// | setsockopt | ENODEV: there is no such interface       | connect_no_source   | other endpoint |
/// | setsockopt | any other                                | local_error         | other endpoint |
/// | bind       | EADDRINUSE: no port is free              | connect_no_port     | other source   |
/// | bind       | any other: the address is absent, denied | connect_no_source   | other source   |
/// | connect    | EADDRNOTAVAIL without any source address | connect_no_source   | other endpoint |
/// | connect    | EADDRNOTAVAIL, EADDRINUSE: no free port  | connect_no_port     | other source   |
/// | connect    | EINVAL from a source: cannot go there    | connect_no_source   | other source   |
/// | connect    | ENETUNREACH, EHOSTUNREACH, and of a dead | connect_unreachable | other source   |
/// |            | neighbour or interface (EHOSTDOWN, ...)  |                     |                |
/// | connect    | EACCES, EPERM: a firewall, a file's mode | connect_error       | other source   |
/// | connect    | EAGAIN: the backlog of a Unix listener   | connect_error       | later          |
/// | connect    | ECONNREFUSED                             | connect_refused     | other endpoint |
/// | connect    | ETIMEDOUT                                | connect_timeout     | other endpoint |
/// | connect    | any other                                | connect_error       | other endpoint |
DialFailure judge(ConnectStep step, int error, bool has_source) noexcept;

}  // namespace duplexd
