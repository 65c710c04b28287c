#include "core/control/control_acceptor.hpp"

#include "core/control/control_client.hpp"
#include "core/listener/accept.hpp"
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
      admit(std::move(accepted.client));
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

void ControlAcceptor::admit(FileDescriptor socket) {
  const PeerCredentials peer = peer_credentials(socket.get());
  const auto same_user = std::count_if(shared_->clients.begin(), shared_->clients.end(),
                                       [&](const auto& client) { return client->uid() == peer.uid; });
  if (static_cast<std::size_t>(same_user) >= shared_->limits.clients_per_uid) {
    ++shared_->stats.refused_clients;
    return turn_away(socket.get());
  }
  const auto client = std::make_shared<ControlClient>(shared_, peer);
  shared_->clients.push_back(client);
  ++shared_->stats.accepted;
  client->start(std::move(socket));
}

}  // namespace duplexd
