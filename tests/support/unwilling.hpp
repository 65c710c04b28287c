#pragma once

#include "tests/support/peer.hpp"

#include <vector>

namespace duplexd::test {

/// A port of loopback that nobody else gets and nobody listens on.
class RefusingAddress {
 public:
  RefusingAddress();
  SocketAddress address() const;

 private:
  FileDescriptor socket_;
};

/// An endpoint that never answers: its backlog is full, and the kernel drops whoever dials it.
class SilentBackend {
 public:
  SilentBackend();
  SocketAddress address() const { return backend_.address(); }

 private:
  Backend backend_;
  std::vector<FileDescriptor> fillers_;
};

}  // namespace duplexd::test
