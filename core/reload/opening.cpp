// Finds the sockets for a configuration: open ones, inherited ones, and new ones.
#include "core/net/socket/stream.hpp"
#include "core/reload/adoption.hpp"
#include "core/reload/listening.hpp"
#include "core/reload/neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

namespace duplexd {

namespace {

using Addresses = std::vector<std::shared_ptr<OpenAddress>>;
using Opened = StartResult<Addresses>;

Opened opened(const BindAddress& bind, ListeningSockets sockets) {
  const SocketAddress address = local_address(sockets.sockets.front().get());
  return Addresses{std::make_shared<OpenAddress>(OpenAddress{bind, address, std::move(sockets)})};
}

StartFailure in_use(const BindAddress& bind, const std::string& culprit) {
  return system_failure(EADDRINUSE, fmt::format("cannot listen on {}: {}{}", bind.to_string(),
                                                std::strerror(EADDRINUSE), culprit));
}

/// A bind of the configuration, and what was found for it. Only an inherited bind may have several addresses.
struct Wanted {
  const ListenerConfig& listener;
  const BindAddress& bind;
  Addresses found{};
  std::shared_ptr<OpenAddress> stale{};  // what is to be opened anew

  bool is_inherited() const { return bind.kind == BindAddress::Kind::inherited; }
};

StartFailure bound_twice(const Wanted& one, const SocketAddress& address, const ListenerConfig& other) {
  const std::string whose = other.name == one.listener.name ? "it" : fmt::format("listener {}", other.name);
  return {StartFailure::Kind::config,
          fmt::format("listener {}: cannot listen on {}: {} has {} already", one.listener.name,
                      one.bind.to_string(), whose, address.to_string())};
}

/// Finds the sockets for every bind of a configuration: first open ones for all binds, then those that were
/// passed under a name, then others.
class Opening {
 public:
  Opening(const Config& config, unsigned workers, const OpenAddresses& current,
          const InheritedSockets& inherited)
      : config_(config), workers_(workers), inherited_(inherited) {
    for (const ListenerConfig& listener : config.listeners) {
      for (const BindAddress& bind : listener.bind) wanted_.push_back({listener, bind});
    }
    keep(current);
    for (const auto& [name, socket] : inherited) neighbours_.add(socket.get());
  }

  StartResult<OpenAddresses> run() {
    for (const bool inherited : {true, false}) {
      for (Wanted& one : wanted_) {
        if (!one.found.empty() || one.is_inherited() != inherited) continue;
        if (auto done = find(one); !done) return placed(done.error(), one.listener);
      }
    }
    return rows();
  }

 private:
  static StartFailure placed(StartFailure failure, const ListenerConfig& listener) {
    failure.path = fmt::format("listeners.{}.bind", listener.name);
    return failure;
  }

  void keep(const OpenAddresses& current) {
    std::multimap<std::string, std::shared_ptr<OpenAddress>> leaving;
    for (const Addresses& row : current) {
      for (const auto& open : row) leaving.emplace(open->bind.to_string(), open);
    }
    for (Wanted& one : wanted_) {
      const auto [begin, end] = leaving.equal_range(one.bind.to_string());
      for (auto open = begin; open != end && (one.found.empty() || one.is_inherited());) {
        open = open->second->bind == one.bind ? take(one, leaving, open) : std::next(open);
      }
    }
    for (const auto& [text, open] : leaving) neighbours_.add(*open, nullptr);
  }

  template <class Map>
  typename Map::iterator take(Wanted& one, Map& leaving, typename Map::iterator open) {
    if (is_stale(*open->second)) {
      one.stale = std::move(open->second);
    } else {
      neighbours_.add(*open->second, &one.listener);
      one.found.push_back(std::move(open->second));
    }
    return leaving.erase(open);
  }

  StartResult<void> find(Wanted& one) {
    Opened found =
        one.is_inherited() ? adopt_by_name(one.listener, one.bind, workers_, inherited_) : make(one);
    if (!found && one.stale) found = Addresses{one.stale};
    if (!found) return found.error();
    for (const auto& open : *found) {
      if (const auto* other = neighbours_.twin(*open)) return bound_twice(one, open->address, *other);
    }
    one.found = *std::move(found);
    for (const auto& open : one.found) neighbours_.add(*open, &one.listener);
    return {};
  }

  Opened make(const Wanted& one) {
    const Claim claim = claim_of(one.bind);
    if (const auto* other = neighbours_.twin(claim)) return bound_twice(one, claim.address, *other);
    ListeningSockets left = adopt_by_address(one.bind, one.listener.backlog, inherited_);
    if (!left.sockets.empty()) return complete(one, std::move(left));
    auto made = open(one, workers_);
    if (!made) return made.error();
    return opened(one.bind, *std::move(made));
  }

  /// The kernel alone refuses strangers, unless sockets of this process overlap: then it would let in those
  /// of the same user.
  StartResult<ListeningSockets> open(const Wanted& one, unsigned count) {
    const Claim claim = claim_of(one.bind);
    ListenOptions options{.backlog = one.listener.backlog, .unix_socket = one.listener.unix_socket};
    options.join = !claim.address.is_unix() && neighbours_.has_own(claim);
    if (options.join) {
      if (const std::string stranger = neighbours_.stranger(claim); !stranger.empty())
        return in_use(one.bind, stranger);
      neighbours_.allow_sharing(claim);
    }
    auto made = open_listeners(one.bind, options, count);
    if (made) return *std::move(made);
    if (made.error().error != EADDRINUSE || claim.address.is_unix())
      return system_failure(made.error().error, std::move(made.error().what));
    return in_use(one.bind, neighbours_.stranger(claim));
  }

  /// An earlier process may have had fewer workers.
  Opened complete(const Wanted& one, ListeningSockets left) {
    if (one.bind.address.is_unix()) return complete_unix(one, std::move(left), workers_);
    const auto missing = workers_ - std::min<std::size_t>(workers_, left.sockets.size());
    const std::string stranger = neighbours_.stranger(claim_of(one.bind));
    if (!stranger.empty()) return in_use(one.bind, stranger);
    if (missing == 0) return opened(one.bind, std::move(left));
    auto more = open(one, static_cast<unsigned>(missing));
    if (!more) return more.error();
    std::ranges::move(more->sockets, std::back_inserter(left.sockets));
    return opened(one.bind, std::move(left));
  }

  static Opened complete_unix(const Wanted& one, ListeningSockets left, unsigned workers) {
    const BindAddress& bind = one.bind;
    auto shared = adopt_listeners(std::move(left.sockets.front()), one.listener.backlog, workers);
    if (!shared) return system_failure(shared.error().error, std::move(shared.error().what));
    if (!bind.address.is_abstract()) shared->file = UnixSocketFile(std::string(bind.address.unix_path()));
    return opened(bind, *std::move(shared));
  }

  /// In the order of the configuration.
  OpenAddresses rows() {
    OpenAddresses rows;
    auto next = wanted_.begin();
    for (const ListenerConfig& listener : config_.listeners) {
      Addresses& row = rows.emplace_back();
      for (std::size_t i = 0; i < listener.bind.size(); ++i, ++next)
        std::ranges::move(next->found, std::back_inserter(row));
    }
    return rows;
  }

  const Config& config_;
  const unsigned workers_;
  const InheritedSockets& inherited_;
  std::vector<Wanted> wanted_;
  Neighbours neighbours_;
};

}  // namespace

StartResult<OpenAddresses> open_addresses(const Config& config, unsigned workers,
                                          const OpenAddresses& current, const InheritedSockets& inherited) {
  return Opening(config, workers, current, inherited).run();
}

}  // namespace duplexd
