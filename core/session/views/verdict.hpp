#pragma once

#include "core/session/views/session_view.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace duplexd {

/// Who holds a session up. Its word is a part of the control protocol.
enum class Slow : std::uint8_t {
  nobody,
  client,         ///< the program at the client, or its host
  client_path,    ///< the network between the client and here
  endpoint,       ///< the program at the endpoint, or its host
  endpoint_path,  ///< the network between here and the endpoint
  limit,          ///< a limit of our own configuration
};
inline constexpr std::size_t slow_count = static_cast<std::size_t>(Slow::limit) + 1;
std::string_view to_word(Slow slow) noexcept;

/// Who holds a session up, and what shows it.
struct Verdict {
  Slow who{};
  std::chrono::microseconds time{0};  ///< for which it was held up
  std::string evidence{};             ///< a sentence with the figures
};

/// Judges by what is seen at one moment. With both sockets' TcpState it tells a program from its path;
/// without, it names the side.
Verdict judge(const SessionView& view);

}  // namespace duplexd
