#include "daemon/systemd/socket_store.hpp"

#include <utility>

namespace duplexd {
namespace {

bool is_ours(const std::string& name) { return name.starts_with(store_prefix); }

}  // namespace

SocketStore::SocketStore(ServiceManager& manager, const InheritedSockets& passed) : manager_(manager) {
  for (const auto& [name, socket] : passed) {
    if (is_ours(name)) stored_.insert(name);
  }
}

void SocketStore::drop_unused(InheritedSockets& unused) {
  std::erase_if(unused, [](const auto& entry) { return is_ours(entry.first); });
}

// A socket that the store has already is not stored twice.
void SocketStore::update(const std::vector<ListeningAddress>& addresses) {
  failed_ = 0;
  std::set<std::string> now;
  for (const ListeningAddress& one : addresses) {
    if (one.inherited) continue;
    const std::string name = store_name(one.address);
    now.insert(name);
    if (!manager_.store(name, one.sockets)) ++failed_;
  }
  for (const std::string& name : stored_) {
    if (!now.contains(name)) manager_.remove(name);
  }
  stored_ = std::move(now);
}

}  // namespace duplexd
