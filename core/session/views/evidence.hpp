#pragma once

#include "core/session/views/session_view.hpp"

#include <string>

namespace duplexd {

/// A direction that relays, as its receiver shows it.
struct Heard {
  const SessionView& view;
  const ChainView& chain;
  Side receiver{};
  const std::optional<TcpState>& tcp;  ///< of the receiver
};

// What is the case. Those that read `tcp` need it, but stalls() and owes_answer(), which are asked first.

/// Its bytes wait for the receiver now, or did so for a good part of the session and it is still sent to.
bool stalls(const Heard& heard) noexcept;
bool has_closed_window(const Heard& heard) noexcept;
/// It was sent something lately.
bool takes_something(const Heard& heard) noexcept;
/// Bytes waited for room at the receiver for most of the time in which there were some.
bool is_limited_by_window(const Heard& heard) noexcept;
bool loses_segments(const Heard& heard) noexcept;
/// Of the direction to the endpoint: it has acknowledged all that came from the client, and said nothing
/// since, for a second.
bool owes_answer(const Heard& heard) noexcept;

// The same as sentences with the figures.

std::string silent_client(const SessionView& view);
std::string waits_for_turn(const SessionView& view);
std::string waits_for_room(const SessionView& view);
std::string unanswered_introduction(const SessionView& view);
std::string unanswered_dial(const SessionView& view);
std::string takes_nothing(const Heard& heard);
std::string does_not_read(const Heard& heard);
std::string reads_slowly(const Heard& heard);
std::string lossy_path(const Heard& heard);
std::string narrow_path(const Heard& heard);
std::string held_by_bandwidth(const Heard& heard);
std::string does_not_acknowledge(const Heard& heard);
std::string unanswered_request(const Heard& heard);
std::string nothing_waits(const SessionView& view);

}  // namespace duplexd
