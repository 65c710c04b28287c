#pragma once

#include "core/config/config.hpp"
#include "tests/integration/allocation/server_process.hpp"
#include "tests/support/peer.hpp"

#include <array>
#include <cstddef>

namespace duplexd::test {

/// Load on a ServerProcess in four lanes, each a thread with a listener and a backend of its own, so that
/// each knows which endpoint belongs to which client. Every function returns when its sessions have ended.
class Load {
 public:
  static constexpr std::size_t lanes = 4;

  /// What the server has to be started with.
  Config config(unsigned workers) const;

  /// Opens sessions, all at once, and closes them.
  void hold(ServerProcess& server, std::size_t sessions);
  /// Sessions of a few messages, 8 at a time in each lane, that end in every way there is.
  void churn(ServerProcess& server, std::size_t sessions);
  /// Messages of 64 bytes, as many one way as the other, over 16 sessions; 32 under way in each.
  void chat(ServerProcess& server, std::size_t messages);

  std::uint64_t sessions() const { return sessions_; }  ///< opened so far

 private:
  template <class Lane>
  void run(ServerProcess& server, std::size_t sessions, Lane lane);

  std::array<Backend, lanes> backends_;
  std::uint64_t sessions_ = 0;
};

}  // namespace duplexd::test
