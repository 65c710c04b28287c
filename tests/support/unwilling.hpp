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
  explicit SilentBackend(const SocketAddress& address = loopback());
  SocketAddress address() const { return backend_.address(); }

  /// Answers from now on. The kernel of a client that waits asks again after 1, 2, 4 ... seconds.
  void answer();
  /// One that was answered.
  Peer accept() { return backend_.accept(); }

 private:
  Backend backend_;
  std::vector<FileDescriptor> fillers_;
};

}  // namespace duplexd::test
