#pragma once

#include "core/handover/channel.hpp"
#include "core/handover/handover.hpp"
#include "core/memory/lifetime.hpp"
#include "core/reload/endpoints/endpoint_state.hpp"
#include "core/reload/registry.hpp"
#include "core/worker/worker_group.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace duplexd {

/// Gives the sessions of this process to another, a few at a time, so that each pauses for a moment only.
/// First it accepts nobody any more; clients wait in the backlogs, whose sockets the other has, too. Sessions
/// are frozen and described; the other makes them of that, and says so; then they are let go here, and go on
/// there. What goes wrong before that, memory included, leaves them here, and clients are accepted again,
/// unless they were refused before.
///
/// To a process that is not there yet (To::nobody_yet), each session that was sent counts as gone. Sessions
/// that find no room in the channel stay here. Clients are not accepted again even after a failure: they wait
/// for that process.
///
/// Used by the control thread. What it is given outlives it; destroy it after it is done, or with the server.
class Giving {
 public:
  using OnDone = std::function<void(const HandoverOutcome&)>;

  /// Who is at the other end: a process that answers, or nobody yet: what is sent waits in the channel for
  /// the next process, and the sessions pause so long.
  enum class To { process, nobody_yet };

  /// `tickets` is TicketKeys::state(). Clients are refused: no worker accepts any, also if it fails. Without
  /// memory, std::bad_alloc, and nothing has changed.
  Giving(HandoverChannel& channel, WorkerGroup& workers, const Registry& registry,
         std::vector<EndpointState> endpoints, std::string_view tickets, To to, NewClients clients,
         OnDone on_done);

  void start() noexcept;

 private:
  template <class Work>
  auto guarded(Work work);

  int send(std::string_view kind, std::string_view text, std::string_view bytes = {},
           std::span<const int> descriptors = {});
  bool has_room() const noexcept;
  void tell_known();
  void on_told(const HandoverMessage& message);
  void freeze_some();
  void on_frozen();
  void on_taken(const HandoverMessage& message);
  void let_go();
  void go_on_here() noexcept;
  void on_full();
  void tell_last();
  void on_serving(const HandoverMessage& message);
  void await(std::string_view kind, void (Giving::*then)(const HandoverMessage&));
  std::uint64_t last_id() noexcept;
  void fail(std::string_view why) noexcept;
  void part() noexcept;

  HandoverChannel& channel_;
  WorkerGroup& workers_;
  const Registry& registry_;
  const std::vector<EndpointState> endpoints_;
  const std::vector<std::uint8_t> tickets_;  // numbers, for JSON has no bytes
  const To to_;
  std::size_t room_;  // how many more messages the channel takes, to To::nobody_yet
  const OnDone on_done_;
  const Lifetime lifetime_;  // before what is made with it
  const WorkerGroup::Tasks holding_off_;
  const WorkerGroup::Tasks resuming_;  // made beforehand: it goes on although no memory is left
  std::size_t worker_ = 0;             // whose sessions are given
  bool only_relaying_ = true;          // first: those that are dialled find there whom an endpoint has
  std::unordered_set<std::uint64_t> stays_;
  std::shared_ptr<Departure> departure_;  // null: nothing is frozen
  std::shared_ptr<Task> parting_;
  std::vector<std::shared_ptr<Departure>> departed_;
  HandoverOutcome outcome_;
};

}  // namespace duplexd
