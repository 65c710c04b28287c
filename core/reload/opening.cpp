// Finds the sockets for a configuration: open ones, inherited ones, and new ones.
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"
#include "core/reload/listening.hpp"

#include <fmt/format.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace duplexd {

namespace {

using Addresses = std::vector<std::shared_ptr<OpenAddress>>;
using Opened = StartResult<Addresses>;

Opened opened(const BindAddress& bind, OpenResult<ListeningSockets> result) {
  if (!result) return system_failure(result.error().error, result.error().what);
  const SocketAddress address = local_address(result->sockets.front().get());
  return Addresses{std::make_shared<OpenAddress>(OpenAddress{bind, address, std::move(*result)})};
}

StartFailure placed(StartFailure failure, const ListenerConfig& listener) {
  failure.path = fmt::format("listeners.{}.bind", listener.name);
  return failure;
}

bool is_wildcard(const SocketAddress& address) {
  SocketAddress any = SocketAddress::any(address.family(), address.port());
  return address == any;
}

bool overlap(const SocketAddress& one, const SocketAddress& other) {
  if (one.is_unix() || other.is_unix() || one.port() != other.port()) return false;
  return one == other || is_wildcard(one) || is_wildcard(other);
}

bool is_v6_only(int socket) { return get_option(socket, IPPROTO_IPV6, IPV6_V6ONLY) == 1; }

bool listens_on(int socket, const BindAddress& bind) {
  const SocketAddress address = local_address(socket);
  const bool dual_stack = bind.kind == BindAddress::Kind::dual_stack;
  if (dual_stack && address == SocketAddress::any(AF_INET, bind.address.port())) return true;  // no IPv6 here
  if (address != bind.address) return false;
  if (bind.address.is_unix()) {
    struct stat status {};
    return bind.address.is_abstract() ||
           (::lstat(bind.address.unix_path().data(), &status) == 0 && S_ISSOCK(status.st_mode));
  }
  return bind.address.family() != AF_INET6 || is_v6_only(socket) != dual_stack;
}

bool any_overlaps(const Addresses& addresses, const BindAddress& bind) {
  return std::ranges::any_of(addresses, [&](const auto& one) { return overlap(one->address, bind.address); });
}

/// Finds the sockets for every bind of a configuration: first open ones for all binds, then inherited or new
/// ones for the rest.
class Opening {
 public:
  Opening(const Config& config, unsigned workers, const OpenAddresses& current, InheritedSockets& inherited)
      : config_(config), workers_(workers), inherited_(inherited) {
    for (const Addresses& listener : current)
      leaving_.insert(leaving_.end(), listener.begin(), listener.end());
  }

  StartResult<OpenAddresses> run() {
    std::vector<Addresses> kept;
    for (const ListenerConfig& listener : config_.listeners) {
      for (const BindAddress& bind : listener.bind) kept.push_back(keep(bind));
    }
    OpenAddresses all;
    for (auto next = kept.begin(); const ListenerConfig& listener : config_.listeners) {
      Addresses& row = all.emplace_back();
      for (const BindAddress& bind : listener.bind) {
        Opened open = next->empty() ? make(listener, bind) : std::move(*next);
        if (!open) return placed(open.error(), listener);
        std::ranges::move(*open, std::back_inserter(row));
        ++next;
      }
    }
    return all;
  }

 private:
  /// Only an inherited bind may have several addresses.
  Addresses keep(const BindAddress& bind) {
    Addresses kept;
    const auto same = [&](const auto& open) { return open->bind == bind; };
    for (auto found = std::ranges::find_if(leaving_, same); found != leaving_.end();
         found = std::ranges::find_if(leaving_, same)) {
      kept.push_back(*found);
      staying_.push_back(*found);
      leaving_.erase(found);
      if (bind.kind != BindAddress::Kind::inherited) break;
    }
    return kept;
  }

  Opened make(const ListenerConfig& listener, const BindAddress& bind) {
    if (bind.kind == BindAddress::Kind::inherited) return adopt_by_name(listener, bind);
    ListenOptions options{.backlog = listener.backlog, .unix_socket = listener.unix_socket};
    ListeningSockets adopted = adopt_by_address(bind, listener.backlog);
    if (!adopted.sockets.empty()) return complete(bind, std::move(adopted), options);
    options.join = (any_overlaps(leaving_, bind) || left_behind_at(bind)) && !any_overlaps(staying_, bind);
    return opened(bind, open_listeners(bind, options, workers_));
  }

  /// Whether an earlier process left a socket that overlaps `bind` and that this configuration does not use.
  bool left_behind_at(const BindAddress& bind) const {
    return std::ranges::any_of(inherited_, [&](const auto& passed) {
      return overlap(local_address(passed.second.get()), bind.address);
    });
  }

  Opened adopt_by_name(const ListenerConfig& listener, const BindAddress& bind) {
    Addresses all;
    while (auto passed = inherited_.extract(bind.name)) {
      Opened adopted = opened(bind, adopt_listeners(std::move(passed.mapped()), workers_));
      if (!adopted) return adopted;
      all.push_back(std::move(adopted->front()));
    }
    if (!all.empty()) return all;
    return StartFailure{
        StartFailure::Kind::config,
        fmt::format("listener {}: no socket named {} was passed to the process (LISTEN_FDNAMES)",
                    listener.name, bind.name)};
  }

  /// Listens again, because the earlier process may have shut the socket down to refuse clients.
  ListeningSockets adopt_by_address(const BindAddress& bind, int backlog) {
    ListeningSockets all;
    for (auto passed = inherited_.begin(); passed != inherited_.end();) {
      const auto next = std::next(passed);
      if (listens_on(passed->second.get(), bind)) {
        ::listen(passed->second.get(), backlog);
        auto adopted = adopt_listeners(std::move(passed->second), 1);
        if (adopted) all.sockets.push_back(std::move(adopted->sockets.front()));
        inherited_.erase(passed);
      }
      passed = next;
    }
    return all;
  }

  /// An earlier process may have had fewer workers.
  Opened complete(const BindAddress& bind, ListeningSockets adopted, ListenOptions options) {
    const auto missing = workers_ - std::min<std::size_t>(workers_, adopted.sockets.size());
    options.join = true;
    OpenResult<ListeningSockets> more = ListeningSockets{};
    if (bind.address.is_unix()) {
      if (!bind.address.is_abstract()) adopted.file = UnixSocketFile(std::string(bind.address.unix_path()));
      if (missing > 0)
        more = adopt_listeners(std::move(adopted.sockets.front()), static_cast<unsigned>(missing + 1));
      if (missing > 0) adopted.sockets.clear();
    } else if (missing > 0) {
      more = open_listeners(bind, options, static_cast<unsigned>(missing));
    }
    if (!more) return system_failure(more.error().error, more.error().what);
    std::ranges::move(more->sockets, std::back_inserter(adopted.sockets));
    return opened(bind, std::move(adopted));
  }

  const Config& config_;
  const unsigned workers_;
  InheritedSockets& inherited_;
  Addresses leaving_;  // current addresses that no bind has taken yet
  Addresses staying_;
};

}  // namespace

StartResult<OpenAddresses> open_addresses(const Config& config, unsigned workers,
                                          const OpenAddresses& current, InheritedSockets& inherited) {
  return Opening(config, workers, current, inherited).run();
}

}  // namespace duplexd
