#include "daemon/log/records/record_choice.hpp"

namespace duplexd {
namespace {

bool is_end_by_client(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::client_left:
    case CloseReason::client_finished:
    case CloseReason::client_reset:
    case CloseReason::client_truncated:
      return true;
    default:
      return false;
  }
}

bool has_trouble(const SessionEnd& end) noexcept {
  return !end.failed_attempts.empty() || !end.beyond_tried.empty();
}

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbouring ids are chosen independently.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

bool connected_slowly(const SessionEnd& end) noexcept {
  return !end.upstream.empty() && end.connecting >= slow_connect;
}

bool left_without_a_byte(const SessionEnd& end) noexcept {
  return is_end_by_client(end.reason) && end.upstream_bytes.read == 0 && end.downstream_bytes.read == 0 &&
         !has_trouble(end) && !connected_slowly(end);
}

bool ended_well(const SessionEnd& end) noexcept {
  const bool in_order =
      end.reason == CloseReason::client_finished || end.reason == CloseReason::endpoint_finished;
  return in_order && end.error == 0 && end.upstream_bytes.undelivered == 0 &&
         end.downstream_bytes.undelivered == 0 && !has_trouble(end) && !connected_slowly(end);
}

bool is_sampled(std::uint64_t id, std::uint32_t sample) noexcept {
  return sample <= 1 || mixed(id) % sample == 0;
}

}  // namespace duplexd
