#include "tests/support/proxy.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <numeric>

namespace duplexd::test {

void Recorder::session_ended(const SessionEnd& end) noexcept {
  const std::lock_guard lock(mutex_);
  ends_.push_back(end);
}

void Recorder::notice(const Notice& notice) noexcept {
  const std::lock_guard lock(mutex_);
  notices_.push_back(notice);
}

std::vector<SessionEnd> Recorder::ends() const {
  const std::lock_guard lock(mutex_);
  return ends_;
}

std::vector<Notice> Recorder::notices() const {
  const std::lock_guard lock(mutex_);
  return notices_;
}

Config proxy_config(const std::vector<SocketAddress>& endpoints) {
  Config config;
  config.workers = 2;
  UpstreamConfig& upstream = config.upstreams.emplace_back();
  upstream.name = "upstream";
  for (const SocketAddress& endpoint : endpoints) {
    upstream.endpoints.push_back({.name = endpoint.to_string(), .address = endpoint});
  }
  ListenerConfig& listener = config.listeners.emplace_back();
  listener.name = "listener";
  listener.bind.push_back({.kind = BindAddress::Kind::address, .address = loopback(), .name = {}});
  return config;
}

Proxy::Proxy(Config config) : descriptors_before_(open_descriptors()), work_(control_.get_executor()) {
  server_ = std::make_unique<Server>(control_, std::make_shared<const Config>(std::move(config)), recorder_);
  addresses_ = server_->addresses();
  server_->start();
  thread_ = std::thread([this] { control_.run(); });
}

Proxy::~Proxy() { stop(); }

void Proxy::stop() {
  on_control([this] { server_->abort(); });
  // Every accepted client is accounted for, with one reason, before the server goes.
  Totals last;
  EXPECT_TRUE(eventually([&] {
    last = totals();
    return std::ranges::all_of(last.listeners, [](const auto& listener) { return listener.live == 0; });
  })) << "sessions are left";
  const std::uint64_t accepted =
      std::transform_reduce(last.listeners.begin(), last.listeners.end(), std::uint64_t{0}, std::plus<>(),
                            [](const auto& l) { return l.accepted; });
  EXPECT_EQ(recorder_.ends().size(), accepted) << "one end record per accepted client";
  EXPECT_EQ(last.handler_memory_fallbacks, 0u);
  on_control([this] { server_.reset(); });
  work_.reset();
  thread_.join();
  for (const SessionEnd& end : recorder_.ends()) {
    EXPECT_GE(end.upstream_bytes.read, end.upstream_bytes.undelivered);
    EXPECT_GE(end.downstream_bytes.read, end.downstream_bytes.undelivered);
  }
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

bool Proxy::wait_for_live(std::uint64_t sessions) {
  return eventually([&] { return totals().listeners.front().live == sessions; });
}

Totals Proxy::totals() {
  Totals totals;
  on_control([&] { totals = server_->totals(); });
  return totals;
}

void Proxy::drain() {
  on_control([this] { server_->drain([this] { stopped_ = true; }); });
}

bool Proxy::wait_for_stopped() {
  return eventually([this] { return stopped_.load(); });
}

void Proxy::abort() {
  on_control([this] { server_->abort(); });
}

}  // namespace duplexd::test
