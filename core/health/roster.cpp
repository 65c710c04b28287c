#include "core/health/roster.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

/// The check as it was prepared before, unless it has changed.
std::shared_ptr<const PreparedCheck> prepared(const std::shared_ptr<const PreparedCheck>& before,
                                              const std::shared_ptr<const CheckConfig>& check) {
  if (before && *before->config == *check) return before;
  return std::make_shared<const PreparedCheck>(check);
}

}  // namespace

ConversationTarget target_of(const Watched& endpoint, const CheckConfig& check) {
  ConversationTarget target{endpoint.address, endpoint.name, endpoint.sources, endpoint.network};
  target.proxy = endpoint.proxy;
  target.tunnel = endpoint.tunnel;
  if (check.port == 0 || target.address.is_unix()) return target;
  if (target.tunnel)
    target.port = check.port;
  else
    target.address.set_port(check.port);
  target.proxy.reset();  // another service, which expects no header because the endpoint does
  return target;
}

Rhythm CheckedEndpoint::rhythm() const noexcept {
  const auto& config = *check->config;
  const bool otherwise = state.health.health() == Health::down && config.interval_down.count() > 0;
  return {otherwise ? config.interval_down : config.interval, config.jitter, config.timeout};
}

void Roster::set(const std::string& group, const std::vector<Watched>& endpoints,
                 const std::shared_ptr<const CheckConfig>& check, Time now) {
  auto& [known_check, numbers] = groups_[group];
  known_check = prepared(known_check, check);
  const std::size_t before = numbers.size();
  numbers.reserve(before + endpoints.size());
  for (const auto& endpoint : endpoints) numbers.push_back(set(endpoint, known_check, now));
  std::vector<Number> stay(numbers.begin() + static_cast<std::ptrdiff_t>(before), numbers.end());
  std::ranges::sort(stay);
  for (const auto number : numbers)
    if (!std::ranges::binary_search(stay, number)) remove(number);
  numbers = std::move(stay);
}

Roster::Number Roster::set(const Watched& endpoint, const std::shared_ptr<const PreparedCheck>& check,
                           Time now) {
  const auto* known = number_of(endpoint.id);
  if (!known) return add(endpoint, check, now);
  auto& entry = endpoints_.find(*known)->second;
  entry.target = target_of(endpoint, *check->config);
  entry.check = check;
  schedule_.change(*known, entry.rhythm(), now);
  return *known;
}

Roster::Number Roster::add(const Watched& endpoint, const std::shared_ptr<const PreparedCheck>& check,
                           Time now) {
  const Number number = ++last_;
  CheckedEndpoint entry{endpoint.id, target_of(endpoint, *check->config), check, {}, {}};
  entry.state.since = std::chrono::system_clock::now();
  const auto rhythm = entry.rhythm();
  endpoints_.emplace(number, std::move(entry));
  try {
    numbers_.emplace(endpoint.id, number);
    schedule_.add(number, rhythm, now);
  } catch (...) {
    remove(number);
    throw;
  }
  return number;
}

void Roster::remove(Number number) noexcept {
  const auto found = endpoints_.find(number);
  if (found == endpoints_.end()) return;
  if (const auto running = std::move(found->second.running))
    running->give_up.emit(boost::asio::cancellation_type::terminal);
  numbers_.erase(found->second.id);
  schedule_.remove(number);
  endpoints_.erase(found);
}

void Roster::forget(const std::string& group) noexcept {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return;
  for (const auto number : found->second.numbers) remove(number);
  groups_.erase(found);
}

void Roster::forget_all() noexcept {
  while (!endpoints_.empty()) remove(endpoints_.begin()->first);
  groups_.clear();
}

CheckedEndpoint* Roster::find(Number number) noexcept {
  const auto found = endpoints_.find(number);
  return found == endpoints_.end() ? nullptr : &found->second;
}

const Roster::Number* Roster::number_of(const void* id) const noexcept {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? nullptr : &found->second;
}

}  // namespace duplexd
