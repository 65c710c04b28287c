#include "core/session/views/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace duplexd {
namespace {

using std::chrono::microseconds;
using namespace std::chrono_literals;

constexpr microseconds short_pause = 1s;         // that needs no explanation
constexpr microseconds long_ago = 10s;           // what ended before it is history
constexpr int lossy_percent = 1;                 // bytes sent again, of all that were sent
constexpr microseconds no_pause_of_reader = 3s;  // one that reads slowly takes something within it
constexpr int part_of_session = 20;              // a twentieth of it

std::string in_seconds(microseconds time) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

std::string in_bytes(std::uint64_t count) {
  if (count < 1024) return fmt::format("{} bytes", count);
  if (count < 1024 * 1024) return fmt::format("{:.1f} KiB", static_cast<double>(count) / 1024);
  return fmt::format("{:.1f} MiB", static_cast<double>(count) / (1024 * 1024));
}

std::string in_milliseconds(microseconds time) {
  return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(time).count());
}

double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

std::string_view name(const Heard& heard) { return to_word(heard.receiver); }

std::string stalled(const Heard& heard) {
  return fmt::format("its direction waited for it for {} of {}", in_seconds(heard.chain.bytes.stalled),
                     in_seconds(heard.view.age));
}

std::uint64_t delivered_each_second(const Heard& heard) {
  const auto delivered =
      heard.chain.bytes.read - std::min(heard.chain.bytes.read, heard.chain.bytes.undelivered);
  const auto age = std::max<std::int64_t>(heard.view.age.count(), 1);
  return static_cast<std::uint64_t>(static_cast<double>(delivered) * 1e6 / static_cast<double>(age));
}

double resent_percent(const TcpState& tcp) {
  return percent(static_cast<double>(tcp.retransmitted), static_cast<double>(tcp.sent));
}

}  // namespace

bool stalls(const Heard& heard) noexcept {
  if (heard.chain.finished) return false;
  if (heard.chain.stalled) return true;
  const bool is_recent = heard.tcp && heard.tcp->since_sent && *heard.tcp->since_sent < long_ago;
  return is_recent && heard.chain.bytes.stalled * part_of_session >= heard.view.age;
}

// Less than a segment is not sent into, either (RFC 9293, 3.8.6.2.1).
bool has_closed_window(const Heard& heard) noexcept {
  return heard.chain.stalled && heard.tcp->window < std::max(heard.tcp->segment, 1u) &&
         heard.tcp->unacknowledged == 0;
}

bool takes_something(const Heard& heard) noexcept {
  return heard.tcp->since_sent && *heard.tcp->since_sent < no_pause_of_reader;
}

bool is_limited_by_window(const Heard& heard) noexcept {
  return heard.tcp->limited_by_window * 2 >= heard.tcp->busy && heard.tcp->busy > 0us;
}

bool loses_segments(const Heard& heard) noexcept {
  const TcpState& tcp = *heard.tcp;
  const bool resends = tcp.retransmitted > 0 && tcp.retransmitted * 100 >= tcp.sent * lossy_percent;
  return tcp.retries > 0 || resends;
}

bool owes_answer(const Heard& heard) noexcept {
  if (heard.receiver != Side::endpoint || !heard.tcp || !heard.tcp->since_sent) return false;
  const TcpState& tcp = *heard.tcp;
  const bool heard_all = tcp.unacknowledged == 0 && tcp.not_sent == 0;
  const bool spoke_before = tcp.received == 0 || tcp.since_received > *tcp.since_sent;
  return heard_all && spoke_before && *tcp.since_sent >= short_pause && !heard.view.downstream_chain.finished;
}

std::string silent_client(const SessionView& view) {
  return fmt::format("the client has not said for {} what its listener waits for", in_seconds(view.age));
}

std::string waits_for_turn(const SessionView& view) {
  return fmt::format("it has waited since {} ago: limits.handshakes others are in their TLS handshake",
                     in_seconds(view.age));
}

std::string waits_for_room(const SessionView& view) {
  return fmt::format("no endpoint of upstream {} has had room for it; its client came {} ago", view.upstream,
                     in_seconds(view.age));
}

std::string unanswered_introduction(const SessionView& view) {
  return fmt::format("endpoint {} has not answered what it is told first; the client came {} ago",
                     view.endpoint, in_seconds(view.age));
}

std::string unanswered_dial(const SessionView& view) {
  const std::string_view name = view.endpoint.empty() ? "that is dialled" : view.endpoint;
  return fmt::format("endpoint {} has not accepted the connection; the client came {} ago", name,
                     in_seconds(view.age));
}

std::string takes_nothing(const Heard& heard) {
  return fmt::format("the {} takes no bytes: {} wait for it, and {}", name(heard),
                     in_bytes(heard.chain.bytes.undelivered), stalled(heard));
}

std::string does_not_read(const Heard& heard) {
  return fmt::format(
      "the program at the {} does not read: its receive window is closed, {} wait to be sent "
      "to it, nothing was for {}, and {}",
      name(heard), in_bytes(heard.tcp->not_sent + heard.chain.bytes.undelivered),
      in_seconds(heard.tcp->since_sent.value_or(heard.view.age)), stalled(heard));
}

std::string reads_slowly(const Heard& heard) {
  return fmt::format(
      "the program at the {} reads slowly, {} a second: its receive window was full for {:.0f} % "
      "of the time in which there was something to send, and {}",
      name(heard), in_bytes(delivered_each_second(heard)),
      percent(static_cast<double>(heard.tcp->limited_by_window.count()),
              static_cast<double>(heard.tcp->busy.count())),
      stalled(heard));
}

std::string lossy_path(const Heard& heard) {
  return fmt::format(
      "the path to the {} loses segments: {:.1f} % of the bytes were sent again, {} timeouts in a "
      "row, round trip {}, its window is open, and {}",
      name(heard), resent_percent(*heard.tcp), heard.tcp->retries, in_milliseconds(heard.tcp->rtt),
      stalled(heard));
}

std::string narrow_path(const Heard& heard) {
  return fmt::format(
      "the path to the {} carries no more: {} a second, round trip {}, {:.1f} % of the bytes "
      "sent again, its window is open, and {}",
      name(heard), in_bytes(heard.tcp->delivery_rate), in_milliseconds(heard.tcp->rtt),
      resent_percent(*heard.tcp), stalled(heard));
}

std::string held_by_bandwidth(const Heard& heard) {
  return fmt::format("the configured bandwidth is used up in the direction to the {}: {} a second on average",
                     name(heard), in_bytes(delivered_each_second(heard)));
}

std::string does_not_acknowledge(const Heard& heard) {
  return fmt::format(
      "the path to the {} loses segments, or its host has gone: {} timeouts in a row, and "
      "nothing acknowledged for {}",
      name(heard), heard.tcp->retries, in_seconds(heard.tcp->since_acknowledged));
}

std::string unanswered_request(const Heard& heard) {
  return fmt::format(
      "the endpoint does not answer: it has acknowledged all that the client sent, at last {} "
      "ago, and sent nothing since",
      in_seconds(*heard.tcp->since_sent));
}

std::string nothing_waits(const SessionView& view) {
  return fmt::format("nothing waits to be taken; the last byte came {} ago", in_seconds(view.idle));
}

}  // namespace duplexd
