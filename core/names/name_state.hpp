#pragma once

#include "core/net/address/address.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace duplexd {

/// What a look-up came to.
struct NameAnswer {
  std::vector<SocketAddress> addresses;  ///< in any order, also more than once
  std::string_view failure;              ///< a text that lives as long as the process; "": there is none
};

inline constexpr std::string_view no_answer = "no name server gave an answer";
inline constexpr std::string_view out_of_memory = "out of memory";

/// What is known about one host name.
struct NameState {
  std::vector<SocketAddress> addresses;  ///< of the last answer that had any: sorted, unique, port 0
  bool answered = false;                 ///< a look-up has ended, in whatever way
  std::string_view failure;  ///< of the last look-up, a text that lives as long as the process; "": none
  std::chrono::system_clock::time_point changed{};  ///< of the last answer that brought other addresses
  std::chrono::system_clock::time_point failed{};   ///< of the last failure
};

/// Takes an answer in. A failure leaves the addresses as they are, and an answer without addresses is one.
/// True if it is news: the first answer, other addresses, or the beginning or the end of a failure.
bool learn(NameState& state, NameAnswer answer, std::chrono::system_clock::time_point now) noexcept;

}  // namespace duplexd
