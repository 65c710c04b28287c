#pragma once

#include "tests/support/peer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace duplexd::test {

/// Sends `bytes` in pieces of random size, at most `largest`.
void send_in_pieces(Peer& peer, std::string_view bytes, std::uint64_t seed, std::size_t largest = 100'000);

/// Reads to the end of the stream in pieces of random size, at most `largest`.
std::string receive_in_pieces(Peer& peer, std::uint64_t seed, std::size_t largest = 100'000);

/// The bytes that each side received.
struct Exchange {
  std::string at_client;
  std::string at_endpoint;
};

/// Both directions at once: each side sends, ends and reads to the end, on threads of their own.
Exchange exchange(Peer& client, Peer& endpoint, std::string_view upload, std::string_view download,
                  std::size_t largest_piece = 100'000);

/// Sends from `from` to a side that does not read, until no byte moves for a while. Returns the number of
/// bytes taken, all of `bytes` if the way never filled.
std::size_t fill(Peer& from, std::string_view bytes);

}  // namespace duplexd::test
