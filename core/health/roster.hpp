#pragma once

#include "core/conversation/conversation_target.hpp"
#include "core/health/health_monitor.hpp"
#include "core/health/prepared_check.hpp"
#include "core/health/schedule.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace duplexd {

/// A check that runs. Who forgets the endpoint, or has waited long enough, emits `give_up`.
struct RunningCheck {
  boost::asio::cancellation_signal give_up;
};

/// An endpoint of the monitor.
struct CheckedEndpoint {
  const void* id;
  ConversationTarget target;
  std::shared_ptr<const PreparedCheck> check;
  CheckState state;
  std::shared_ptr<RunningCheck> running;

  Rhythm rhythm() const noexcept;
  Thresholds thresholds() const noexcept { return {check->config->rise, check->config->fall}; }
};

/// What a check of the endpoint connects to.
ConversationTarget target_of(const Watched& endpoint, const CheckConfig& check);

/// The endpoints that are checked, by group, id and number, and whose turn it is.
class Roster {
 public:
  using Number = Schedule::Number;
  using Time = Schedule::Time;

  explicit Roster(std::size_t most_at_once, std::uint64_t seed) : schedule_(most_at_once, seed) {}

  void set(const std::string& group, const std::vector<Watched>& endpoints,
           const std::shared_ptr<const CheckConfig>& check, Time now);
  void forget(const std::string& group) noexcept;
  void forget_all() noexcept;

  CheckedEndpoint* find(Number number) noexcept;
  const Number* number_of(const void* id) const noexcept;
  Schedule& schedule() noexcept { return schedule_; }

 private:
  struct Group {
    std::shared_ptr<const PreparedCheck> check;
    std::vector<Number> numbers;
  };

  Number set(const Watched& endpoint, const std::shared_ptr<const PreparedCheck>& check, Time now);
  Number add(const Watched& endpoint, const std::shared_ptr<const PreparedCheck>& check, Time now);
  void remove(Number number) noexcept;

  Schedule schedule_;
  Number last_ = 0;
  std::map<std::string, Group> groups_;
  std::map<Number, CheckedEndpoint> endpoints_;
  std::unordered_map<const void*, Number> numbers_;
};

}  // namespace duplexd
