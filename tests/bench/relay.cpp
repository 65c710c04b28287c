// The bare relay: the least work of a relay that copies in user space, without deadlines, limits or log. The
// CPU that a proxy needs beyond this is the cost of its own work.

#include "tests/bench/arguments.hpp"
#include "tests/bench/server.hpp"
#include "tests/bench/sockets.hpp"
#include "tests/bench/system.hpp"
#include "tests/bench/transfer.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace duplexd::bench {
namespace {

class Relay : public Session {
 public:
  Relay(Poller& poller, FileDescriptor client, const sockaddr_in& to)
      : client_(poller, std::move(client), *this), endpoint_(poller, begin_connect(to), *this) {}

  bool advance() override {
    upstream_.advance(client_, endpoint_);
    downstream_.advance(endpoint_, client_);
    return !upstream_.finished() || !downstream_.finished();
  }

 private:
  Stream client_;
  Stream endpoint_;
  Transfer upstream_;
  Transfer downstream_;
};

/// One socket for each thread, all with the address of the first.
std::vector<FileDescriptor> open_listeners(sockaddr_in address, unsigned count) {
  std::vector<FileDescriptor> listeners;
  while (listeners.size() < count) {
    listeners.push_back(listen_on(address, count > 1));
    address = local_address(listeners.front());
  }
  return listeners;
}

[[noreturn]] void serve(FileDescriptor listener, const sockaddr_in& to) {
  Server(std::move(listener), [&to](Poller& poller, FileDescriptor client) {
    return std::make_unique<Relay>(poller, std::move(client), to);
  }).run();
}

void relay(const Arguments& arguments) {
  const sockaddr_in to = parse_address(arguments.text("--to"));
  auto listeners =
      open_listeners(parse_address(arguments.text("--listen")), arguments.number("--threads", 1U, 1U));
  std::cout << "listening on " << to_string(local_address(listeners.front())) << std::endl;
  std::vector<std::jthread> threads;
  for (auto& listener : listeners)
    threads.emplace_back(
        [&] { std::exit(run_program("bench_relay", [&] { serve(std::move(listener), to); })); });
}

}  // namespace
}  // namespace duplexd::bench

int main(int argc, char** argv) {
  using namespace duplexd::bench;
  return run_program("bench_relay", [&] { relay(Arguments(argc, argv, {"--listen", "--to", "--threads"})); });
}
