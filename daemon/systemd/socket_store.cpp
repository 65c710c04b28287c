#include "daemon/systemd/socket_store.hpp"

#include <sys/stat.h>

namespace duplexd {
namespace {

bool is_ours(const std::string& name) { return name.starts_with(store_prefix); }

ino_t inode_of(int socket) noexcept {
  struct stat status {};
  return ::fstat(socket, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

SocketStore::SocketStore(ServiceManager& manager, const InheritedSockets& passed) : manager_(manager) {
  for (const auto& [name, socket] : passed) {
    if (is_ours(name)) stored_[name].insert(inode_of(socket.get()));
  }
}

void SocketStore::drop_unused(InheritedSockets& unused) {
  std::erase_if(unused, [](const auto& entry) { return is_ours(entry.first); });
}

void SocketStore::update(const std::vector<ListeningAddress>& addresses) {
  failed_ = 0;
  if (given_up_) return;
  std::set<std::string> now;
  for (const ListeningAddress& one : addresses) {
    if (!one.inherited) store(*now.insert(store_name(one.address, one.interface)).first, one);
  }
  std::erase_if(stored_, [&](const auto& entry) {
    const bool gone = !now.contains(entry.first);
    if (gone) manager_.remove(entry.first);
    return gone;
  });
}

void SocketStore::give_up() {
  given_up_ = true;
  for (const auto& [name, inodes] : stored_) manager_.remove(name);
  stored_.clear();
}

// The store would keep the sockets that an address had before, and the next process would get both.
void SocketStore::store(const std::string& name, const ListeningAddress& address) {
  const Inodes sockets = inodes_of(address.sockets);
  Inodes& stored = stored_[name];
  if (stored == sockets) return;
  if (!stored.empty()) manager_.remove(name);
  stored = sockets;
  manager_.store(name, address.sockets, [this, name] {
    ++failed_;
    stored_.erase(name);
  });
}

SocketStore::Inodes SocketStore::inodes_of(const std::vector<int>& sockets) {
  Inodes inodes;
  for (const int socket : sockets) inodes.insert(inode_of(socket));
  return inodes;
}

bool SocketStore::complete() const noexcept {
  return manager_.is_there() && failed_ == 0 && manager_.stores_waiting() == 0;
}

std::size_t SocketStore::failed() const noexcept {
  return failed_ + (manager_.stuck() ? manager_.stores_waiting() : 0);
}

}  // namespace duplexd
