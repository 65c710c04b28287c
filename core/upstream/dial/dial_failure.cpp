#include "core/upstream/dial/dial_failure.hpp"

#include "core/net/socket/stream.hpp"

#include <cerrno>

namespace duplexd {
namespace {

using enum CloseReason;

// A session that ends frees descriptors.
bool is_out_of_descriptors(int error) noexcept { return error == EMFILE || error == ENFILE; }

DialFailure of_connect(int error, WayOn other_way) noexcept {
  switch (error) {
    case EADDRNOTAVAIL:
    case EADDRINUSE:
      return {connect_no_port, other_way};
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
      return {connect_unreachable, other_way};
    case EACCES:
    case EPERM:
      return {connect_error, other_way};
    case EINVAL:
      return {other_way == WayOn::other_source ? connect_no_source : connect_error, other_way};
    case EAGAIN:
      return {connect_error, WayOn::later};
    case ECONNREFUSED:
      return {connect_refused, WayOn::other_endpoint};
    case ETIMEDOUT:
      return {connect_timeout, WayOn::other_endpoint};
    default:
      return {connect_error, WayOn::other_endpoint};
  }
}

}  // namespace

DialFailure judge(ConnectStep step, int error, bool has_source) noexcept {
  if (is_out_of_descriptors(error)) return {local_error, WayOn::none};
  if (is_out_of_memory(error)) return {local_error, WayOn::later};
  const WayOn other_way = has_source ? WayOn::other_source : WayOn::other_endpoint;
  switch (step) {
    case ConnectStep::socket:
      return {error == EAFNOSUPPORT ? connect_no_source : local_error, WayOn::other_endpoint};
    case ConnectStep::option:
      return {error == ENODEV ? connect_no_source : local_error, WayOn::other_endpoint};
    case ConnectStep::source:
      return {error == EADDRINUSE ? connect_no_port : connect_no_source, other_way};
    case ConnectStep::connect:
      break;
  }
  return of_connect(error, other_way);
}

}  // namespace duplexd
