#pragma once

#include "core/handover/channel.hpp"
#include "core/handover/destinations.hpp"
#include "core/handover/handover.hpp"
#include "core/memory/lifetime.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace duplexd {

/// Takes the sessions of another process, as Giving gives them; then clients are accepted. Whatever cannot be
/// taken stays there. If the other process dies in between, clients are accepted as well: nobody else serves
/// them.
///
/// Used by the control thread. What it is given outlives it; the workers hold off.
class Taking {
 public:
  /// `end` says whether this process serves from now on.
  enum class End { serves, does_not };
  using OnDone = std::function<void(End end, const HandoverOutcome&)>;

  Taking(HandoverChannel& channel, const Surroundings& around, Generations& generations, NewClients clients,
         OnDone on_done);

  void start();

 private:
  template <class Work>
  auto guarded(Work work);

  void await();
  void on_message(std::optional<HandoverMessage> message);
  void make(HandoverMessage& message);
  void adopt();
  void on_adopted();
  void thaw();
  void drop() noexcept;
  void learn_last(const HandoverMessage& message);
  void number_after(std::uint64_t last_id) noexcept;
  void serve();
  void end(End end, std::string_view failure);

  HandoverChannel& channel_;
  const Surroundings around_;
  Generations& generations_;
  Destinations destinations_;
  const NewClients clients_;
  const OnDone on_done_;
  std::vector<std::shared_ptr<Arrival>> arrivals_;  // by worker; empty: none is under way
  std::size_t turn_ = 0;                            // sessions go to the workers by turns
  std::chrono::steady_clock::time_point frozen_{};  // since when those are that arrive
  std::uint64_t last_id_ = 0;                       // of the sessions of the other process
  HandoverOutcome outcome_;
  const Lifetime lifetime_;
};

}  // namespace duplexd
