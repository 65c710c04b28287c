#pragma once

#include "tests/support/peer.hpp"

#include <vector>

namespace duplexd::test {

/// A reserved port of loopback without a listener.
class RefusingAddress {
 public:
  RefusingAddress();
  SocketAddress address() const;

 private:
  FileDescriptor socket_;
};

/// An endpoint that never answers: its backlog is full, so the kernel drops every SYN.
class SilentBackend {
 public:
  SilentBackend();
  SocketAddress address() const { return backend_.address(); }

 private:
  Backend backend_;
  std::vector<FileDescriptor> fillers_;
};

}  // namespace duplexd::test
