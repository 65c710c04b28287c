#include "tests/support/traffic.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <random>
#include <system_error>

namespace duplexd::test {

namespace {

class PieceSizes {
 public:
  PieceSizes(std::uint64_t seed, std::size_t largest) : random_(seed), size_(1, largest) {}
  std::size_t next() { return size_(random_); }

 private:
  std::mt19937_64 random_;
  std::uniform_int_distribution<std::size_t> size_;
};

bool writable_within(const Peer& peer, int milliseconds) {
  pollfd waited{peer.fd(), POLLOUT, 0};
  return ::poll(&waited, 1, milliseconds) > 0;
}

}  // namespace

void send_in_pieces(Peer& peer, std::string_view bytes, std::uint64_t seed, std::size_t largest) {
  PieceSizes sizes(seed, largest);
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, sizes.next());
    peer.send(piece);
    bytes.remove_prefix(piece.size());
  }
}

std::string receive_in_pieces(Peer& peer, std::uint64_t seed, std::size_t largest) {
  PieceSizes sizes(seed, largest);
  std::string bytes;
  for (std::string piece = peer.receive_some(sizes.next()); !piece.empty();
       piece = peer.receive_some(sizes.next())) {
    bytes += piece;
  }
  return bytes;
}

Exchange exchange(Peer& client, Peer& endpoint, std::string_view upload, std::string_view download,
                  std::size_t largest_piece) {
  const auto send = [largest_piece](Peer& peer, std::string_view bytes, std::uint64_t seed) {
    send_in_pieces(peer, bytes, seed, largest_piece);
    peer.end();
  };
  auto client_sends = std::async(std::launch::async, [&] { send(client, upload, 1); });
  auto endpoint_sends = std::async(std::launch::async, [&] { send(endpoint, download, 2); });
  auto client_reads =
      std::async(std::launch::async, [&] { return receive_in_pieces(client, 3, largest_piece); });
  std::string at_endpoint = receive_in_pieces(endpoint, 4, largest_piece);
  client_sends.get();
  endpoint_sends.get();
  return {.at_client = client_reads.get(), .at_endpoint = std::move(at_endpoint)};
}

std::size_t fill(Peer& from, std::string_view bytes) {
  constexpr int a_while = 1'000;  // in which even a busy machine lets everybody run
  std::size_t taken = 0;
  while (taken < bytes.size() && writable_within(from, a_while)) taken += from.send_some(bytes.substr(taken));
  return taken;
}

}  // namespace duplexd::test
