#include "tests/integration/errno/stage.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <ostream>

namespace duplexd::test {

namespace {

Config config_of(const Layout& layout, std::uint16_t port) {
  std::vector<SocketAddress> endpoints{loopback(port)};
  if (layout.endpoints > 1) endpoints.push_back(address_of("127.0.0.2:" + std::to_string(port)));
  Config config = proxy_config(endpoints);
  config.workers = 1;
  for (std::size_t i = 0; i < layout.sources; ++i)
    config.upstreams[0].source.push_back(address_of("127.0.0." + std::to_string(3 + i) + ":0"));
  return config;
}

std::string side(On on) { return on == On::client ? "client" : "endpoint"; }

}  // namespace

Stage::Stage(const Layout& layout)
    : backend_(address_of("0.0.0.0:0")), proxy_(config_of(layout, backend_.address().port())) {}

Pair Stage::open_relaying() {
  Pair session = open();
  session.client.send("?");
  EXPECT_EQ(session.endpoint.receive(1), "?");
  return session;
}

SessionEnd Stage::next_end() {
  ++ended_;
  return proxy_.ends(ended_).at(ended_ - 1);
}

void Stage::expect_served() {
  Pair session{proxy_.connect(), {}};
  session.client.send("?");
  do session.endpoint = backend_.accept();
  while (session.endpoint.receive_some(1) != "?");
  relay_whole(session.client, session.endpoint, 100);
  EXPECT_EQ(to_word(next_end().reason), "client_finished") << "of the session after the fault";
}

std::string name_of(const testing::TestParamInfo<Row>& row) {
  const Fault& fault = row.param.fault;
  return to_word(fault.call) + to_word(fault.on) + ::strerrorname_np(fault.error);
}

void PrintTo(const Row& row, std::ostream* out) { *out << row.outcome; }

std::vector<Row> rows(const Fault& fault, const Errors& errors, std::string_view outcome) {
  std::vector<Row> table;
  for (const int error : errors) {
    table.push_back({fault, std::string(outcome)});
    table.back().fault.error = error;
  }
  return table;
}

std::vector<Row> rows_of_both_sides(Call call, const Errors& errors, std::string_view outcome) {
  const auto of = [&](On on) {
    const std::string expected = (outcome.starts_with('_') ? side(on) : "") + std::string(outcome);
    return rows({.call = call, .on = on}, errors, expected);
  };
  return all({of(On::client), of(On::endpoint)});
}

std::vector<Row> all(const std::vector<std::vector<Row>>& tables) {
  std::vector<Row> table;
  for (const std::vector<Row>& part : tables) table.insert(table.end(), part.begin(), part.end());
  return table;
}

void relay_whole(Peer& first, Peer& second, std::size_t bytes) {
  const std::string there = pattern(bytes, 1);
  const std::string back = pattern(bytes, 2);
  auto sent = std::async(std::launch::async, [&] {
    first.send(there);
    first.end();
  });
  EXPECT_TRUE(second.receive(bytes) == there);
  EXPECT_TRUE(second.at_end());
  sent.get();
  auto answered = std::async(std::launch::async, [&] {
    second.send(back);
    second.end();
  });
  EXPECT_TRUE(first.receive(bytes) == back);
  EXPECT_TRUE(first.at_end());
  answered.get();
}

void send_if_open(Peer& peer, std::string_view bytes) {
  (void)::send(peer.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void OnStage::TearDown() {
  // Its sessions may still go on. And a splice(2) that was forbidden is not tried again by the process.
  const bool splices = fault().call == Call::splice_to_pipe || fault().call == Call::splice_from_pipe;
  const bool forbids = fault().error == EPERM || fault().error == EACCES || fault().error == ENOSYS;
  if (HasFailure() || (splices && forbids)) leave_stage();
}

Stage& OnStage::stage(const Layout& layout) {
  if (!stage_ || layout_ != layout) {
    stage_.reset();
    stage_ = std::make_unique<Stage>(layout);
    layout_ = layout;
  }
  return *stage_;
}

}  // namespace duplexd::test
