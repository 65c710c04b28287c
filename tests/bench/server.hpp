#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "tests/bench/poller.hpp"
#include "tests/bench/stream.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace duplexd::bench {

/// Accepts clients on the calling thread and moves their sessions on, until the process is ended. A session
/// that fails is closed; the client reports the failure.
class Server {
 public:
  using Open = std::function<std::unique_ptr<Session>(Poller&, FileDescriptor client)>;

  Server(FileDescriptor listener, Open open);
  [[noreturn]] void run();

 private:
  void accept();
  void advance(Session& session);

  Poller poller_;
  FileDescriptor listener_;
  Open open_;
  std::unordered_map<Session*, std::unique_ptr<Session>> sessions_;
  // Streams of one session may have events in the same batch: it lives until the batch is through.
  std::vector<std::unique_ptr<Session>> ended_;
};

}  // namespace duplexd::bench
