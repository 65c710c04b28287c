#include "daemon/admin/admin_listener.hpp"

#include "core/control/admin_limits.hpp"
#include "core/net/socket/listen_socket.hpp"
#include "daemon/admin/dashboard/dashboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <set>
#include <utility>

namespace duplexd {
namespace {

constexpr int backlog = 128;

std::string name_of(const BindAddress& bind) { return std::string(admin_socket_prefix) + bind.to_string(); }

// Beside a socket of this process, or of its predecessor, that an address of the same port may overlap.
StartResult<FileDescriptor> open_admin(const BindAddress& bind, bool join) {
  ListenOptions options;
  options.backlog = backlog;
  options.join = join;
  auto opened = open_listeners(bind, options, 1);
  if (opened) return std::move(opened->sockets.front());
  StartFailure failure = system_failure(opened.error().error, "admin.bind: " + opened.error().what);
  failure.path = "admin.bind";
  return failure;
}

}  // namespace

AdminListener::AdminListener(boost::asio::io_context& control, AdminAnswers answers)
    : control_(control), answers_(std::move(answers)) {}

StartResult<void> AdminListener::prepare(const AdminConfig& config, InheritedSockets passed) {
  prepared_.reset();
  auto gate = AdminGate::make(config);
  if (!gate) return gate.error();
  Prepared next;
  next.gate = *std::move(gate);
  std::set<std::uint16_t> ports;
  for (const auto& [name, open] : open_) ports.insert(local_address(open.socket).port());
  for (const auto& [name, socket] : passed) ports.insert(local_address(socket.get()).port());
  for (const BindAddress& bind : config.bind) {
    const std::string& name = next.names.emplace_back(name_of(bind));
    if (open_.contains(name) || next.opened.contains(name)) continue;
    const bool joins = !ports.insert(bind.address.port()).second;
    auto left = passed.extract(name);
    auto opened = left ? StartResult<FileDescriptor>(std::move(left.mapped())) : open_admin(bind, joins);
    if (!opened) return opened.error();
    next.opened.emplace(name, *std::move(opened));
  }
  prepared_ = std::move(next);
  return {};
}

std::vector<std::string> AdminListener::commit() {
  std::vector<std::string> added;
  if (!prepared_) return added;
  Prepared next = *std::exchange(prepared_, std::nullopt);
  gate_ = std::move(next.gate);
  std::erase_if(
      open_, [&](const auto& each) { return std::ranges::find(next.names, each.first) == next.names.end(); });
  for (auto& [name, socket] : next.opened) serve(name, std::move(socket), added);
  return added;
}

// Without memory to watch the socket, in the kernel or here, it is closed, and the others are served.
void AdminListener::serve(const std::string& name, FileDescriptor listening,
                          std::vector<std::string>& added) noexcept try {
  const int socket = listening.get();
  std::string address = local_address(socket).to_string();
  const auto answer_it = [this](const ControlRequest& request, const ControlServer::Respond& respond) {
    answer(request, respond);
  };
  ControlEntrance entrance{.admits = [this](const PeerAddress& client) { return gate_.admits(client); },
                           .tls = [this] { return gate_.tls(); }};
  auto server = std::make_unique<ControlServer>(control_, std::move(listening), answer_it, admin_limits,
                                                std::move(entrance));
  added.push_back(address);
  open_.insert_or_assign(name, Open{socket, std::move(address), std::move(server)});
} catch (const std::exception&) {
}

void AdminListener::answer(const ControlRequest& request, const ControlServer::Respond& respond) const {
  const bool tells_something = !is_of_dashboard(request.target);
  if (const auto refusal = gate_.refusal(request, tells_something)) return respond(*refusal);
  answers_.answer(request, respond);
}

std::vector<NamedSocket> AdminListener::sockets() const {
  std::vector<NamedSocket> all;
  for (const auto& [name, open] : open_) all.push_back({name, open.socket});
  return all;
}

std::vector<std::string> AdminListener::addresses() const {
  std::vector<std::string> all;
  if (left_) return all;
  for (const auto& [name, open] : open_) all.push_back(open.address);
  return all;
}

ControlStats AdminListener::stats() const noexcept {
  ControlStats sum;
  for (const auto& [name, open] : open_) {
    const ControlStats one = open.server->stats();
    sum.clients += one.clients;
    sum.accepted += one.accepted;
    sum.refused_clients += one.refused_clients;
    sum.requests += one.requests;
    sum.refused_requests += one.refused_requests;
    sum.timed_out += one.timed_out;
    sum.accept_errors += one.accept_errors;
    sum.handler_memory_fallbacks += one.handler_memory_fallbacks;
  }
  return sum;
}

void AdminListener::leave() noexcept {
  left_ = true;
  for (const auto& [name, open] : open_) open.server->finish();
}

}  // namespace duplexd
