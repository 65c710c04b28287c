#include "core/reload/sockets/making.hpp"

#include "core/net/socket/stream.hpp"
#include "core/reload/sockets/adoption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

namespace duplexd {

namespace {

StartFailure in_use(const BindAddress& bind, const std::string& culprit) {
  return system_failure(EADDRINUSE, fmt::format("cannot listen on {}: {}{}", bind.to_string(),
                                                std::strerror(EADDRINUSE), culprit));
}

}  // namespace

StartResult<std::shared_ptr<OpenAddress>> Making::run(const InheritedSockets& inherited) {
  ListeningSockets left = adopt_by_address(listener_, bind_, inherited);
  auto sockets = left.sockets.empty() ? open(workers_) : complete(std::move(left));
  if (!sockets) return sockets.error();
  const SocketAddress address = local_address(sockets->sockets.front().get());
  return std::make_shared<OpenAddress>(
      OpenAddress{bind_, address, *std::move(sockets), network(), interface()});
}

unsigned Making::interface() const noexcept { return index_of(network().interface); }

// The kernel alone refuses strangers, unless sockets of this process overlap: then it would let in those
// of the same user.
StartResult<ListeningSockets> Making::open(unsigned count) {
  const Claim claim = claim_of(bind_, interface());
  ListenOptions options{.backlog = listener_.backlog,
                        .unix_socket = listener_.unix_socket,
                        .network = network(),
                        .transparent = listener_.transparent};
  options.join = !claim.address.is_unix() && neighbours_.has_own(claim);
  if (options.join) {
    if (const std::string stranger = neighbours_.stranger(claim); !stranger.empty())
      return in_use(bind_, stranger);
    neighbours_.allow_sharing(claim);
  }
  auto made = open_listeners(bind_, options, count);
  if (made) return *std::move(made);
  if (made.error().error != EADDRINUSE || claim.address.is_unix())
    return system_failure(made.error().error, std::move(made.error().what));
  return in_use(bind_, neighbours_.stranger(claim));
}

// An earlier process may have had fewer workers.
StartResult<ListeningSockets> Making::complete(ListeningSockets left) {
  const bool is_file = bind_.address.is_unix() && !bind_.address.is_abstract();
  const std::string stranger =
      bind_.address.is_unix() ? "" : neighbours_.stranger(claim_of(bind_, interface()));
  if (!stranger.empty()) return in_use(bind_, stranger);
  if (left.sockets.size() < workers_) {
    auto more = missing(left);
    if (!more) return more.error();
    std::ranges::move(more->sockets, std::back_inserter(left.sockets));
  }
  if (is_file) left.file = UnixSocketFile(std::string(bind_.address.unix_path()));
  return left;
}

// Where a socket of their own is refused, workers share the queue of one.
StartResult<ListeningSockets> Making::missing(ListeningSockets& left) {
  const auto count = static_cast<unsigned>(workers_ - left.sockets.size());
  if (!bind_.address.is_unix()) {
    if (auto joined = open(count)) return joined;
  }
  auto shared = adopt_listeners(std::move(left.sockets.back()), listener_.backlog, count + 1);
  left.sockets.pop_back();
  if (!shared) return system_failure(shared.error().error, std::move(shared.error().what));
  return *std::move(shared);
}

}  // namespace duplexd
