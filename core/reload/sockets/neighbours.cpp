#include "core/reload/sockets/neighbours.hpp"

#include "core/net/socket/socket_calls.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace duplexd {

namespace {

Claim claimed_by(const OpenAddress& open) {
  if (open.bind.kind == BindAddress::Kind::inherited) return claim_of(open.opened.sockets.front().get());
  return {open.address, open.bind.kind == BindAddress::Kind::dual_stack && open.address.family() == AF_INET6,
          open.interface};
}

ino_t inode_of(int socket) {
  struct stat status {};
  return ::fstat(socket, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

void Neighbours::add(const OpenAddress& address, const ListenerConfig* listener) {
  Own own{claimed_by(address), listener, {}};
  for (const FileDescriptor& socket : address.opened.sockets) own.sockets.push_back(socket.get());
  own_.emplace(address.address.port(), std::move(own));
}

void Neighbours::add(int socket) {
  const Claim claim = claim_of(socket);
  own_.emplace(claim.address.port(), Own{claim, nullptr, {socket}});
}

template <class Visit>
void Neighbours::for_each_overlapping(const Claim& claim, Visit visit) const {
  const auto [begin, end] = own_.equal_range(claim.address.port());
  for (auto own = begin; own != end; ++own) {
    if (overlap(own->second.claim, claim)) visit(own->second);
  }
}

const ListenerConfig* Neighbours::twin(const Claim& claim) const {
  const ListenerConfig* twin = nullptr;
  for_each_overlapping(claim, [&](const Own& own) {
    const bool same = own.claim.address == claim.address && own.claim.interface == claim.interface;
    if (own.listener && same) twin = own.listener;
  });
  return twin;
}

const ListenerConfig* Neighbours::twin(const OpenAddress& address) const { return twin(claimed_by(address)); }

bool Neighbours::has_own(const Claim& claim) const {
  bool any = false;
  for_each_overlapping(claim, [&](const Own&) { any = true; });
  return any;
}

void Neighbours::allow_sharing(const Claim& claim) const {
  for_each_overlapping(claim, [](const Own& own) {
    const int on = 1;
    for (const int socket : own.sockets)
      (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);  // bind(2) tells if it is missing
  });
}

// Once: what this process opens later is not among the others.
void Neighbours::look_around() {
  if (others_) return;
  others_.emplace();
  std::unordered_set<ino_t> ours;
  for (const auto& [port, own] : own_) {
    for (const int socket : own.sockets) ours.insert(inode_of(socket));
  }
  for (ListeningSocket& socket : listening_sockets()) {
    if (!ours.contains(socket.inode)) others_->emplace(socket.claim.address.port(), std::move(socket));
  }
}

std::string Neighbours::stranger(const Claim& claim) {
  look_around();
  const auto [begin, end] = others_->equal_range(claim.address.port());
  const auto other =
      std::find_if(begin, end, [&](const auto& one) { return overlap(one.second.claim, claim); });
  if (other == end) return {};
  return fmt::format(" (a process of user {} listens on {})", other->second.user,
                     other->second.claim.address.to_string());
}

}  // namespace duplexd
