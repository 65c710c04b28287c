// Finds the sockets for a configuration: open ones, inherited ones, and new ones.
#include "core/reload/sockets/adoption.hpp"
#include "core/reload/sockets/listening.hpp"
#include "core/reload/sockets/making.hpp"
#include "core/reload/sockets/neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace duplexd {

namespace {

using Addresses = std::vector<std::shared_ptr<OpenAddress>>;
using Opened = StartResult<Addresses>;

/// A bind of the configuration, and what was found for it. Only an inherited bind may have several addresses.
struct Wanted {
  const ListenerConfig& listener;
  const BindAddress& bind;
  Addresses found{};
  std::shared_ptr<OpenAddress> stale{};  // what is to be opened anew

  bool is_served_by(const OpenAddress& open) const {
    return open.bind == bind &&
           (bind.address.is_unix() || is_made_alike(open.made_by, listener.client.network));
  }
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
        open = one.is_served_by(*open->second) ? take(one, leaving, open) : std::next(open);
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
    const Claim claim = claim_of(one.bind, index_of(one.listener.client.network.interface));
    if (const auto* other = neighbours_.twin(claim)) return bound_twice(one, claim.address, *other);
    auto made = Making(one.listener, one.bind, workers_, neighbours_).run(inherited_);
    if (!made) return made.error();
    return Addresses{*std::move(made)};
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
