#include "tests/support/proxy.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <sstream>
#include <string>
#include <utility>

namespace duplexd::test {

void Recorder::session_ended(const SessionEnd& end) noexcept {
  const std::lock_guard lock(mutex_);
  ends_.push_back(end);
}

void Recorder::notice(const Notice& notice) noexcept {
  const std::lock_guard lock(mutex_);
  notices_.push_back(notice);
}

bool Recorder::release(std::shared_ptr<const void> names) noexcept {
  const std::lock_guard lock(mutex_);
  names_.push_back(std::move(names));
  return true;
}

std::vector<SessionEnd> Recorder::ends() const {
  const std::lock_guard lock(mutex_);
  return ends_;
}

std::vector<Notice> Recorder::notices() const {
  const std::lock_guard lock(mutex_);
  return notices_;
}

namespace {

struct Literals final : NameSource {
  void ask(const std::string& host, Number question) override {
    NameAnswer answer;
    std::istringstream addresses(host);
    for (std::string one; std::getline(addresses, one, '+');) {
      const auto address = SocketAddress::parse(one + ":0");
      if (address) answer.addresses.push_back(*address);
    }
    if (answer.addresses.empty()) answer.failure = "no such name";
    answered(question, std::move(answer));
  }
  void forget(Number) noexcept override {}
};

}  // namespace

Config proxy_config(const std::vector<SocketAddress>& endpoints) {
  Config config;
  config.workers = 2;
  UpstreamConfig& upstream = config.upstreams.emplace_back();
  upstream.retry.rounds = 0;
  upstream.name = "upstream";
  for (const SocketAddress& endpoint : endpoints) {
    upstream.endpoints.push_back({.name = endpoint.to_string(), .address = endpoint});
  }
  ListenerConfig& listener = config.listeners.emplace_back();
  listener.name = "listener";
  listener.bind.push_back({.kind = BindAddress::Kind::address, .address = loopback(), .name = {}});
  return config;
}

Proxy::Proxy(Config config, InheritedSockets inherited)
    : Proxy(std::move(config), std::move(inherited), std::nullopt, NewClients::accepted) {}

Proxy::Proxy(Config config, InheritedSockets inherited, FileDescriptor channel, NewClients clients)
    : Proxy(std::move(config), std::move(inherited), std::optional(std::move(channel)), clients) {}

Proxy::Proxy(Config config, InheritedSockets inherited, std::optional<FileDescriptor> channel,
             NewClients clients)
    : work_(control_.get_executor()),
      reactor_(control_),
      descriptors_before_(open_descriptors() - inherited.size()),
      names_(std::in_place, control_, std::make_unique<Literals>()),
      catalogs_(control_, *names_) {
  ::signal(SIGPIPE, SIG_IGN);
  server_ = std::make_unique<Server>(control_, std::make_shared<const Config>(std::move(config)), recorder_,
                                     *names_, catalogs_, std::move(inherited));
  addresses_ = server_->addresses();
  if (channel) {
    channel_.emplace(control_, *std::move(channel));
    server_->start_with(*channel_, clients, [this](Taking::End end, const HandoverOutcome& outcome) {
      taken_.set_value({end, outcome});
    });
  } else {
    server_->start();
  }
  thread_ = std::thread([this] { control_.run(); });
}

Proxy::~Proxy() { stop(); }

// Every accepted client is accounted for, with one reason, before the server goes.
void Proxy::stop() {
  abort();
  EXPECT_TRUE(wait_for_stopped());
  if (!channel_) expect_accounts_add_up();
  on_control([this] {
    server_.reset();
    moved_ = channel_.has_value();
    channel_.reset();
    names_.reset();  // or its thread waits for the next look-up
  });
  work_.reset();
  thread_.join();
  if (moved_) return;
  EXPECT_TRUE(eventually([this] { return open_descriptors() == descriptors_before_; }))
      << open_descriptors() << " descriptors are open, " << descriptors_before_ << " were";
}

void Proxy::expect_accounts_add_up() {
  const Totals last = totals();
  const Totals::Listener all = last.of_all_listeners();
  EXPECT_EQ(all.live, 0u);
  EXPECT_EQ(recorder_.ends().size(), all.accepted) << "one end record per accepted client";
  EXPECT_EQ(last.handler_memory_fallbacks, 0u);
  EXPECT_EQ(all.half_closed, 0u);
  EXPECT_LE(all.durations.count(), all.accepted) << "those that a limit refuses have none";
  for (const Totals::Upstream& upstream : last.upstreams) {
    EXPECT_EQ(upstream.connect_times.count(), upstream.connected);
    EXPECT_LE(upstream.first_bytes.count(), upstream.connected);
  }
  std::uint64_t read = 0;
  for (const SessionEnd& end : recorder_.ends()) {
    EXPECT_GE(end.upstream_bytes.read, end.upstream_bytes.undelivered);
    EXPECT_GE(end.downstream_bytes.read, end.downstream_bytes.undelivered);
    read += end.upstream_bytes.read + end.downstream_bytes.read;
  }
  expect_stalls_add_up(all);
  EXPECT_EQ(read, all.upstream_bytes + all.downstream_bytes + all.undelivered_bytes) << "bytes are conserved";
}

void Proxy::expect_stalls_add_up(const Totals::Listener& all) const {
  std::chrono::microseconds upstream{0};
  std::chrono::microseconds downstream{0};
  for (const SessionEnd& end : recorder_.ends()) {
    upstream += end.upstream_bytes.stalled;
    downstream += end.downstream_bytes.stalled;
  }
  EXPECT_EQ(static_cast<std::uint64_t>(upstream.count()), all.upstream_stalled);
  EXPECT_EQ(static_cast<std::uint64_t>(downstream.count()), all.downstream_stalled);
}

void Proxy::on_control(const std::function<void()>& work) {
  std::promise<void> done;
  boost::asio::post(control_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

std::vector<SessionEnd> Proxy::ends(std::size_t count) {
  EXPECT_TRUE(eventually([&] { return recorder_.ends().size() >= count; })) << "sessions did not end";
  std::vector<SessionEnd> ends = recorder_.ends();
  ends.resize(std::max(count, ends.size()));
  return ends;
}

std::map<std::string, std::size_t> Proxy::reasons(std::size_t sessions) {
  std::map<std::string, std::size_t> counts;
  for (const SessionEnd& end : ends(sessions)) ++counts[std::string(to_word(end.reason))];
  return counts;
}

bool Proxy::wait_for_live(std::uint64_t sessions) {
  return eventually([&] { return totals().listeners.front().live == sessions; });
}

bool Proxy::wait_for_connected(std::uint64_t sessions) {
  return eventually([&] { return totals().upstreams.front().connected == sessions; });
}

bool Proxy::wait_for_line(std::size_t sessions) {
  return eventually([&] {
    std::optional<UpstreamReport> report;
    on_control([&] { report = server_->report(server_->totals().upstreams.front().name); });
    return report && report->waiting == sessions;
  });
}

Totals Proxy::totals() {
  Totals totals;
  on_control([&] { totals = server_->totals(); });
  return totals;
}

std::string Proxy::reload(Config config) {
  std::promise<std::string> answer;
  on_control([&] {
    server_->reload(std::make_shared<const Config>(std::move(config)), [&](const StartResult<void>& result) {
      answer.set_value(result ? "" : result.error().what);
    });
  });
  std::string refused = answer.get_future().get();
  on_control([this] { addresses_ = server_->addresses(); });
  return refused;
}

void Proxy::pause() {
  std::promise<void> paused;
  on_control([&] { server_->pause([&] { paused.set_value(); }); });
  paused.get_future().wait();
}

void Proxy::resume() {
  on_control([this] { server_->resume(); });
}

void Proxy::drain() {
  draining_ = true;
  on_control([this] { server_->drain([this] { stopped_ = true; }); });
}

bool Proxy::wait_for_stopped() {
  return eventually([this] { return stopped_.load(); });
}

void Proxy::abort() {
  if (!draining_) drain();
  on_control([this] { server_->abort(); });
}

HandoverOutcome Proxy::give(FileDescriptor channel, Giving::To to) {
  std::promise<HandoverOutcome> given;
  on_control([&] {
    channel_.emplace(control_, std::move(channel));
    server_->give_sessions(*channel_, to, [&](const HandoverOutcome& outcome) { given.set_value(outcome); });
  });
  const HandoverOutcome outcome = given.get_future().get();
  const bool all_are_here =
      to == Giving::To::process && !outcome.failure.empty() && outcome.sessions == 0 && !draining_;
  if (all_are_here) on_control([this] { channel_.reset(); });
  return outcome;
}

SessionPage Proxy::sessions(const SessionQuery& query) {
  std::promise<SessionPage> page;
  on_control(
      [&] { server_->list_sessions(query, [&](const SessionPage& found) { page.set_value(found); }); });
  return page.get_future().get();
}

KillOutcome Proxy::kill(const KillOrder& order) {
  std::promise<KillOutcome> outcome;
  on_control([&] { server_->kill_sessions(order, [&](const KillOutcome& all) { outcome.set_value(all); }); });
  return outcome.get_future().get();
}

MovePlan Proxy::planned_moves() {
  std::promise<MovePlan> plan;
  on_control([&] { server_->plan_moves([&](const MovePlan& moves) { plan.set_value(moves); }); });
  return plan.get_future().get();
}

std::pair<Taking::End, HandoverOutcome> Proxy::taken() { return taken_.get_future().get(); }

InheritedSockets Proxy::copies_of_sockets() const {
  InheritedSockets all;
  for (const ListeningAddress& one : addresses_) {
    for (const int socket : one.sockets)
      all.emplace("listen", FileDescriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0)));
  }
  return all;
}

Pair open_session(const Proxy& proxy, Backend& backend) {
  Peer client = proxy.connect();
  Peer endpoint = backend.accept();
  return {.client = std::move(client), .endpoint = std::move(endpoint)};
}

void close_in_order(Pair& session) {
  session.client.close();
  EXPECT_TRUE(session.endpoint.at_end());
  session.endpoint.close();
}

std::vector<Pair> open_sessions(const Proxy& proxy, Backend& backend, std::size_t count) {
  std::vector<Pair> sessions(count);
  for (Pair& session : sessions) session = open_session(proxy, backend);
  return sessions;
}

}  // namespace duplexd::test
