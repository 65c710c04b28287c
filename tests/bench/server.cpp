#include "tests/bench/server.hpp"

#include "tests/bench/sockets.hpp"

#include <stdexcept>
#include <utility>

namespace duplexd::bench {
namespace {

bool goes_on(Session& session) {
  try {
    return session.advance();
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

Server::Server(FileDescriptor listener, Open open) : listener_(std::move(listener)), open_(std::move(open)) {
  poller_.watch(listener_.get(), nullptr, EPOLLIN);
}

void Server::run() {
  for (;;) {
    for (const epoll_event& event : poller_.wait(-1)) {
      auto* const stream = static_cast<Stream*>(event.data.ptr);
      if (!stream) {
        accept();
        continue;
      }
      stream->note(event.events);
      advance(stream->session());
    }
    ended_.clear();
  }
}

// One at a time: the listener is watched level-triggered, and says if there are more.
void Server::accept() {
  auto client = accept_one(listener_);
  if (!client) return;
  auto session = open_(poller_, std::move(client));
  auto* const key = session.get();
  sessions_.emplace(key, std::move(session));
}

void Server::advance(Session& session) {
  const auto found = sessions_.find(&session);
  if (found == sessions_.end() || goes_on(session)) return;
  ended_.push_back(std::move(found->second));
  sessions_.erase(found);
}

}  // namespace duplexd::bench
