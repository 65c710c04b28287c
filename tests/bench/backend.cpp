#include "tests/bench/arguments.hpp"
#include "tests/bench/server.hpp"
#include "tests/bench/sockets.hpp"
#include "tests/bench/system.hpp"
#include "tests/bench/transfer.hpp"

#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace duplexd::bench {
namespace {

/// Of all clients; null: they speak plainly.
std::unique_ptr<const TlsBackend> tls;

/// The one stream of a session.
class ClientStream : public Stream {
 public:
  ClientStream(Poller& poller, FileDescriptor client, Session& session)
      : Stream(poller, std::move(client), session) {
    if (tls) secure(*tls);
  }
};

/// Sends back the bytes that it receives, and their end.
class Echo : public Session {
 public:
  Echo(Poller& poller, FileDescriptor client) : client_(poller, std::move(client), *this) {}

  bool advance() override {
    transfer_.advance(client_, client_);
    return !transfer_.finished();
  }

 private:
  ClientStream client_;
  Transfer transfer_;
};

/// Sends back the first 64 bytes and closes before the client does, so that TIME_WAIT holds a port of this
/// program and not a source port of the proxy.
class Close : public Session {
 public:
  Close(Poller& poller, FileDescriptor client) : client_(poller, std::move(client), *this) {}

  bool advance() override {
    while (client_.readable() && received_ < first_.size())
      received_ += client_.receive(std::span(first_).subspan(received_));
    if (client_.ended()) return false;
    if (received_ < first_.size() || !client_.writable()) return true;
    client_.send(first_);
    return false;
  }

 private:
  ClientStream client_;
  std::array<char, 64> first_;
  std::size_t received_ = 0;
};

/// The first byte selects 'd' (download), 'u' (upload) or 'b' (both). Discards the bytes that it receives.
class Unending : public Session {
 public:
  Unending(Poller& poller, FileDescriptor client) : client_(poller, std::move(client), *this) {}

  bool advance() override {
    if (wanted_ == 0 && client_.readable()) client_.receive({&wanted_, 1});
    if (wanted_ == 'd' || wanted_ == 'b') flood(client_, bytes_);
    drain(client_);
    return !client_.ended();
  }

 private:
  static inline std::array<char, 1024 * 1024> bytes_{};

  ClientStream client_;
  char wanted_ = 0;
};

template <class Kind>
std::unique_ptr<Session> open(Poller& poller, FileDescriptor client) {
  return std::make_unique<Kind>(poller, std::move(client));
}

Server::Open open_in(std::string_view mode) {
  const std::map<std::string_view, Server::Open> modes{
      {"echo", open<Echo>}, {"close", open<Close>}, {"stream", open<Unending>}};
  if (const auto found = modes.find(mode); found != modes.end()) return found->second;
  throw std::runtime_error("--mode is echo, close or stream, not '" + std::string(mode) + "'");
}

void serve(const Arguments& arguments) {
  for (const auto pair : arguments.all("--tls")) tls = std::make_unique<TlsBackend>(std::string(pair));
  auto listener = listen_on(parse_address(arguments.text("--listen")));
  const sockaddr_in address = local_address(listener);
  Server server(std::move(listener), open_in(arguments.text("--mode")));
  std::cout << "listening on " << to_string(address) << std::endl;
  server.run();
}

}  // namespace
}  // namespace duplexd::bench

int main(int argc, char** argv) {
  using namespace duplexd::bench;
  return run_program("bench_backend", [&] { serve(Arguments(argc, argv, {"--listen", "--mode", "--tls"})); });
}
