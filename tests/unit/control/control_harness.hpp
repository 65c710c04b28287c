#pragma once

#include "core/control/control_server.hpp"
#include "core/net/socket/listen_socket.hpp"
#include "core/net/socket/stream.hpp"
#include "tests/support/peer.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <unistd.h>

#include <future>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace duplexd::test {

inline FileDescriptor listen_on_abstract_socket() {
  const auto bind = parse_bind("unix:@duplexd-control-test-" + std::to_string(::getpid()));
  auto opened = open_listeners(bind->front(), {}, 1);
  if (!opened) throw std::runtime_error(opened.error().what);
  return std::move(opened->sockets.front());
}

/// A control server on a thread of its own. It answers /echo with the request, keeps the answer of /later,
/// sends `big` for /big, throws for /throw, and ends the server for /end.
class ControlHarness : public testing::Test {
 protected:
  using Respond = ControlServer::Respond;

  /// Runs on the control thread and waits for it.
  template <class Do>
  auto on_control(Do what) {
    std::packaged_task<decltype(what())()> task(std::move(what));
    auto done = task.get_future();
    boost::asio::post(context_, [&task] { task(); });
    return done.get();
  }

  ~ControlHarness() override {
    if (!thread_.joinable()) return;
    EXPECT_EQ(stats().handler_memory_fallbacks, 0u);
    on_control([this] { server_.reset(); });
    work_.reset();
    thread_.join();
  }

  void serve(ControlLimits limits = {}) { serve_on(listen_on_abstract_socket(), limits, {}); }
  void serve_tcp(ControlLimits limits = {}, ControlEntrance entrance = {}) {
    auto opened = open_listeners(parse_bind("127.0.0.1:0")->front(), {}, 1);
    if (!opened) throw std::runtime_error(opened.error().what);
    serve_on(std::move(opened->sockets.front()), limits, std::move(entrance));
  }

  void serve_on(FileDescriptor listening, ControlLimits limits, ControlEntrance entrance) {
    address_ = local_address(listening.get());
    server_.emplace(
        context_, std::move(listening),
        [this](const ControlRequest& request, Respond respond) { answer(request, std::move(respond)); },
        limits, std::move(entrance));
    thread_ = std::thread([this] { context_.run(); });
  }

  const SocketAddress& address() const { return address_; }
  Peer connect() const { return Peer::connect(address_); }

  ControlStats stats() {
    return on_control([this] { return last_stats(); });
  }
  std::size_t pending() {
    return on_control([this] { return later_.size(); });
  }
  void answer_pending(const std::string& body) {
    on_control([&] {
      for (const Respond& respond : std::exchange(later_, {})) respond({.status = 200, .body = body});
    });
  }
  void answer_pending_twice(const std::string& body) {
    on_control([&] {
      const auto once = std::exchange(later_, {});
      for (const std::string& text : {body, std::string("again")})
        once.front()({.status = 200, .body = text});
    });
  }
  void finish_server() {
    on_control([this] { server_->finish(); });
  }
  void stop_server() {
    on_control([this] { end(); });
  }

  const std::string big = pattern(4 << 20);
  PeerCredentials asked_by;  // of the last request

 private:
  void end() {
    stats_ = server_->stats();
    server_.reset();
  }
  ControlStats last_stats() { return server_ ? server_->stats() : stats_; }

  void answer(const ControlRequest& request, Respond respond) {
    asked_by = request.peer;
    if (request.target == "/throw") throw std::runtime_error("asked for");
    if (request.target == "/no-memory") throw std::bad_alloc();
    if (request.target == "/end") return end();
    if (request.target == "/later") return later_.push_back(std::move(respond));
    if (request.target == "/big") return respond({.status = 200, .body = big});
    if (request.target == "/fields")
      return respond({.status = 401,
                      .body = request.host.value_or("nobody") + ' ' + request.authorization,
                      .content_type = "text/plain",
                      .authenticate = "Bearer"});
    if (request.target == "/known")
      return respond({.status = 304, .body = "", .fields = {{"ETag", request.if_none_match}}});
    if (request.target == "/wrong") return respond({.status = 405, .body = "{}", .allow = "GET"});
    respond({.status = 200, .body = request.method + ' ' + request.target + ' ' + request.body});
  }

  boost::asio::io_context context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      boost::asio::make_work_guard(context_)};
  std::optional<ControlServer> server_;
  ControlStats stats_;
  std::vector<Respond> later_;
  SocketAddress address_;
  std::thread thread_;
};

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}
inline std::string post(const std::string& target, const std::string& body) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

/// One response as received.
struct Reply {
  std::string header;
  std::string body;

  unsigned status() const { return static_cast<unsigned>(std::stoul(header.substr(9, 3))); }
};

inline std::size_t content_length(const std::string& header) {
  const std::string name = "Content-Length: ";
  const auto at = header.find(name);
  return at == std::string::npos ? 0 : std::stoul(header.substr(at + name.size()));
}

inline Reply receive_reply(Peer& peer, bool with_body = true) {
  Reply reply;
  while (!reply.header.ends_with("\r\n\r\n")) reply.header += peer.receive(1);
  if (with_body) reply.body = peer.receive(content_length(reply.header));
  return reply;
}

}  // namespace duplexd::test
