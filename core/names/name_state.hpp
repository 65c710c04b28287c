#pragma once

#include "core/net/address/address.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// One record of a service (SRV, RFC 2782). Those of the least priority come first, in proportion to weights.
struct ServiceTarget {
  std::string host;
  std::uint16_t port = 0;
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  friend auto operator<=>(const ServiceTarget&, const ServiceTarget&) = default;
};

/// What a look-up came to.
struct NameAnswer {
  std::vector<SocketAddress> addresses;  ///< in any order, also more than once
  std::string_view failure;              ///< a text that lives as long as the process; "": there is none
  /// Of a service, in any order; an answer may say that there are none. None: the question was about a host.
  std::optional<std::vector<ServiceTarget>> targets = {};
  std::optional<std::chrono::seconds> ttl = {};  ///< how long it holds; none: that is not known
  /// The failure is about the addresses of this family (AF_INET, AF_INET6), and `addresses` are all of the
  /// other one, at least one. None: it is about the whole name.
  std::optional<int> lost_family = {};
};

/// What a service is asked for by, where the name of a host would be.
inline std::string service_question(std::string_view name) { return "srv:" + std::string(name); }

inline constexpr std::string_view no_answer = "no name server gave an answer";
inline constexpr std::string_view out_of_memory = "out of memory";

/// What one process knows of a name, for the next one.
struct NameRecord {
  std::vector<SocketAddress> addresses{};
  std::optional<std::vector<ServiceTarget>> targets{};
  friend bool operator==(const NameRecord&, const NameRecord&) = default;
};
using NameRecords = std::map<std::string, NameRecord>;  ///< by host, or service_question()

/// What is known about one host name.
struct NameState {
  std::vector<SocketAddress> addresses;  ///< of the last answers that had any: sorted, unique, port 0
  /// Of the last answer that was none of the failures: sorted, unique. None: there was no such answer yet.
  std::optional<std::vector<ServiceTarget>> targets = {};
  bool answered = false;     ///< a look-up has ended, in whatever way
  std::string_view failure;  ///< of the last look-up, a text that lives as long as the process; "": none
  std::chrono::system_clock::time_point changed{};  ///< of the last answer that brought other addresses
  std::chrono::system_clock::time_point failed{};   ///< of the last failure
};

/// Takes an answer in. A failure leaves addresses and targets as they are, one about a family the addresses
/// of that family, and an answer that has neither is one. True if it is news: the first answer, other
/// contents, or the beginning or the end of a failure.
bool learn(NameState& state, NameAnswer answer, std::chrono::system_clock::time_point now) noexcept;

/// Begins with what an earlier process knew. No look-up has ended: the first answer is news.
void begin_with(NameState& state, NameRecord record) noexcept;

/// Has an address, or is a service of which an answer has told.
bool is_known(const NameState& state) noexcept;

}  // namespace duplexd
