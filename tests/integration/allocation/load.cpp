#include "tests/integration/allocation/load.hpp"

#include "tests/support/proxy.hpp"

#include <future>
#include <string>
#include <vector>

namespace duplexd::test {

namespace {

constexpr std::size_t message_size = 64;
constexpr std::size_t window = 32;
constexpr std::size_t batch = 8;

std::vector<Pair> open(const SocketAddress& proxy, Backend& backend, std::size_t count) {
  std::vector<Pair> sessions(count);
  for (Pair& session : sessions) {
    session.client = Peer::connect(proxy);
    session.endpoint = backend.accept();
  }
  return sessions;
}

void talk(Pair& session, std::size_t messages) {
  const std::string message(message_size, 'm');
  for (std::size_t i = 0; i < messages; ++i) session.client.send(message);
  (void)session.endpoint.receive(messages * message_size);
  for (std::size_t i = 0; i < messages; ++i) session.endpoint.send(message);
  (void)session.client.receive(messages * message_size);
}

void end_in_order(Peer& first, Peer& second) {
  first.end();
  (void)second.receive_all();
  second.send("a late answer");
  second.end();
  (void)first.receive_all();
}

void finish(Pair& session, std::size_t kind) {
  switch (kind % 6) {
    case 0:
      return end_in_order(session.client, session.endpoint);
    case 1:
      return end_in_order(session.endpoint, session.client);
    case 2:
      return session.client.reset();
    case 3:
      return session.endpoint.reset();
    case 4:
      session.endpoint.send("unread");
      return session.client.close();
    default:
      session.client.close();
      session.endpoint.close();
  }
}

}  // namespace

Config Load::config(unsigned workers) const {
  Config config = proxy_config({backends_[0].address()});
  config.workers = workers;
  for (std::size_t lane = 1; lane < lanes; ++lane) {
    const std::string name = "lane " + std::to_string(lane);
    config.upstreams.push_back(config.upstreams[0]);
    config.upstreams.back().name = name;
    config.upstreams.back().endpoints[0].address = backends_[lane].address();
    config.listeners.push_back(config.listeners[0]);
    config.listeners.back().name = name;
    config.listeners.back().upstream = lane;
  }
  return config;
}

template <class Lane>
void Load::run(ServerProcess& server, std::size_t sessions, Lane lane) {
  std::array<std::future<void>, lanes> running;
  for (std::size_t i = 0; i < lanes; ++i)
    running[i] = std::async(std::launch::async, [&, i] { lane(server.address(i), backends_[i]); });
  for (std::future<void>& one : running) one.get();
  sessions_ += sessions;
  if (!server.wait_for_ended(sessions_)) throw std::runtime_error("sessions did not end");
}

void Load::hold(ServerProcess& server, std::size_t sessions) {
  run(server, sessions, [&](const SocketAddress& proxy, Backend& backend) {
    for (Pair& session : open(proxy, backend, sessions / lanes)) talk(session, 1);
  });
}

void Load::churn(ServerProcess& server, std::size_t sessions) {
  const std::size_t batches = sessions / (lanes * batch);
  run(server, batches * lanes * batch, [&](const SocketAddress& proxy, Backend& backend) {
    for (std::size_t i = 0; i < batches; ++i) {
      std::vector<Pair> opened = open(proxy, backend, batch);
      for (Pair& session : opened) talk(session, 3);
      for (std::size_t j = 0; j < batch; ++j) finish(opened[j], i + j);
    }
  });
}

void Load::chat(ServerProcess& server, std::size_t messages) {
  constexpr std::size_t sessions = 16;
  run(server, sessions, [&](const SocketAddress& proxy, Backend& backend) {
    std::vector<Pair> opened = open(proxy, backend, sessions / lanes);
    for (std::size_t sent = 0; sent < messages / sessions; sent += 2 * window) {
      for (Pair& session : opened) talk(session, window);
    }
  });
}

}  // namespace duplexd::test
