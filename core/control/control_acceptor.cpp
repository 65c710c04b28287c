#include "core/control/control_acceptor.hpp"

#include "core/control/control_client.hpp"
#include "core/memory/owning_handler.hpp"
#include "core/net/socket/stream.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace duplexd {
namespace {

constexpr int batch = 8;  // clients per wake-up, so that connected clients are served in between

void turn_away(int socket) {
  const ControlResponse response = error_response(503, "this user has too many connections");
  const std::string text = to_wire(response, {.keep_alive = false, .head = false});
  (void)send(socket, std::as_bytes(std::span(text)));  // the socket's empty buffer takes all of it
}

}  // namespace

ControlAcceptor::ControlAcceptor(std::shared_ptr<ControlShared> shared, std::function<void()> on_woken)
    : shared_(std::move(shared)), on_woken_(std::move(on_woken)), socket_(shared_->executor) {}

int ControlAcceptor::start(FileDescriptor& listening) {
  if (const int error = watch(socket_, listening)) return error;
  wait();
  return 0;
}

void ControlAcceptor::stop() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void ControlAcceptor::wait() {
  paused_ = false;
  socket_.async_wait(Descriptor::wait_read, OwningHandler<&ControlAcceptor::on_ready>(shared_from_this()));
}

void ControlAcceptor::on_ready(const boost::system::error_code& error) {
  if (!socket_.is_open()) return;
  paused_ = error || !accept_batch();
  if (!paused_) wait();
  on_woken_();
}

void ControlAcceptor::resume() {
  if (paused_ && has_room()) wait();
}

// Returns false to pause: clients wait in the backlog until resources are free again.
bool ControlAcceptor::accept_batch() noexcept try {
  for (int i = 0; i < batch; ++i) {
    if (!has_room()) return false;
    Accepted accepted = accept_client(socket_.native_handle());
    if (accepted.outcome == Accepted::Outcome::nobody) return true;
    if (accepted.outcome == Accepted::Outcome::client) {
      admit(std::move(accepted));
      continue;
    }
    ++shared_->stats.accept_errors;
    if (accepted.outcome == Accepted::Outcome::exhausted) return false;
  }
  return true;
} catch (const std::exception&) {  // out of memory
  ++shared_->stats.accept_errors;
  return false;
}

bool ControlAcceptor::has_too_many(const ControlPeer& peer) const {
  const auto is_same = [&](const auto& client) {
    const ControlPeer& other = client->peer();
    return peer.is_remote() ? other.address.ip() == peer.address.ip()
                            : other.credentials.uid == peer.credentials.uid;
  };
  const ControlLimits& limits = shared_->limits;
  const auto most = peer.is_remote() ? limits.clients_per_address : limits.clients_per_uid;
  return static_cast<std::size_t>(std::ranges::count_if(shared_->clients, is_same)) >= most;
}

void ControlAcceptor::admit(Accepted accepted) {
  const auto& [admits, tls_now] = shared_->entrance;
  const ControlPeer peer{peer_credentials(accepted.client.get()), accepted.address};
  if (admits && !admits(peer.address)) return void(++shared_->stats.refused_clients);
  const std::shared_ptr<const ListenerTls> tls = tls_now ? tls_now() : nullptr;
  if (has_too_many(peer)) {
    ++shared_->stats.refused_clients;
    return tls ? void() : turn_away(accepted.client.get());
  }
  const auto client = std::make_shared<ControlClient>(shared_, peer);
  shared_->clients.push_back(client);
  ++shared_->stats.accepted;
  client->start(std::move(accepted.client), tls);
}

}  // namespace duplexd
