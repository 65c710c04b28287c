#include "core/handover/giving.hpp"

#include "core/handover/endpoint_json.hpp"
#include "core/handover/session_json.hpp"
#include "core/handover/totals_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <string.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <utility>

namespace duplexd {
namespace {

std::int64_t microseconds_now() noexcept {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

std::shared_ptr<Departure> make_departure(const std::unordered_set<std::uint64_t>& stays) {
  auto departure = std::make_shared<Departure>();
  departure->room = handover::room_of_message;
  departure->stays = &stays;
  departure->taken.reserve(departure->room.sessions);
  return departure;
}

std::string_view reason_of(const HandoverMessage& message) {
  const bool says_why = message.kind == handover::failed && !message.text.empty();
  return says_why ? std::string_view(message.text) : "the new process answers what it was not asked";
}

// "sessions", "keep" and "last", without which counters would begin anew there.
constexpr std::size_t messages_to_the_end = 3;

std::string error_words(int error) { return ::strerrordesc_np(error); }

}  // namespace

/// Whatever goes wrong in it ends the hand-over.
template <class Work>
auto Giving::guarded(Work work) {
  return [this, work = std::move(work)](auto&&... arguments) {
    try {
      work(std::forward<decltype(arguments)>(arguments)...);
    } catch (const std::exception& error) {
      fail(error.what());
    }
  };
}

Giving::Giving(HandoverChannel& channel, WorkerGroup& workers, const Registry& registry,
               std::vector<EndpointState> endpoints, std::string_view tickets, To to, NewClients clients,
               OnDone on_done)
    : channel_(channel),
      workers_(workers),
      registry_(registry),
      endpoints_(std::move(endpoints)),
      tickets_(tickets.begin(), tickets.end()),
      to_(to),
      room_(to == To::nobody_yet ? channel.room() : 0),
      on_done_(std::move(on_done)),
      holding_off_(workers.prepare([](Worker& worker) { return worker.holding_off(); },
                                   lifetime_.guard(guarded([this] { tell_known(); })))),
      resuming_(clients == NewClients::refused ? WorkerGroup::Tasks() : workers.prepare([](Worker& worker) {
        return worker.resuming();
      })) {}

void Giving::start() noexcept { workers_.tell(holding_off_); }

int Giving::send(std::string_view kind, std::string_view text, std::string_view bytes,
                 std::span<const int> descriptors) {
  if (room_ > 0) --room_;
  return channel_.send(kind, text, bytes, descriptors);
}

// Sessions are sent only where "keep" and "last" find room after them.
bool Giving::has_room() const noexcept { return to_ == To::process || room_ >= messages_to_the_end; }

// The first message has no sessions, so that none waits for it.
void Giving::tell_known() {
  if (!has_room()) return on_full();
  if (endpoints_.empty() && tickets_.empty()) return freeze_some();
  const boost::json::object message{{"frozen_us", microseconds_now()},
                                    {"last_id", last_id()},
                                    {"sessions", boost::json::array()},
                                    {"endpoints", to_json(endpoints_)},
                                    {"tickets", boost::json::value_from(tickets_)}};
  const int error = send(handover::sessions, boost::json::serialize(message));
  if (error != 0) return fail(error_words(error));
  if (to_ == To::nobody_yet) return on_told({});
  await(handover::taken, &Giving::on_told);
}

void Giving::on_told(const HandoverMessage&) {
  if (const int error = send(handover::keep, "")) return fail(error_words(error));
  freeze_some();
}

// How they part is made first: once they are frozen, no memory is needed for them to go on.
void Giving::freeze_some() {
  if (worker_ == workers_.size() && std::exchange(only_relaying_, false)) worker_ = 0;
  if (worker_ == workers_.size()) return tell_last();
  auto departure = make_departure(stays_);
  departure->only_relaying = only_relaying_;
  Worker& worker = workers_[worker_];
  departed_.reserve(departed_.size() + 1);
  parting_ = std::make_shared<Task>(worker.parting(departure), Task::Done());
  const auto freezing =
      std::make_shared<Task>(worker.freezing(departure), lifetime_.guard(guarded([this] { on_frozen(); })));
  departure_ = std::move(departure);
  worker.tell(freezing);
}

void Giving::on_frozen() {
  if (departure_->sessions.empty()) {
    departure_.reset();
    ++worker_;
    return freeze_some();
  }
  if (!has_room()) return on_full();
  std::string bytes;
  boost::json::array all;
  for (const SessionState& state : departure_->states) all.emplace_back(to_json(state, bytes));
  const boost::json::object message{
      {"frozen_us", microseconds_now()}, {"last_id", last_id()}, {"sessions", std::move(all)}};
  const int error =
      send(handover::sessions, boost::json::serialize(message), bytes, descriptors_of(*departure_));
  if (error != 0) return fail(error_words(error));
  if (to_ == To::nobody_yet) return let_go();
  await(handover::taken, &Giving::on_taken);
}

void Giving::await(std::string_view kind, void (Giving::*then)(const HandoverMessage&)) {
  channel_.receive(handover::giver_patience,
                   lifetime_.guard(guarded([=, this](std::optional<HandoverMessage> message) {
                     if (!message) return fail("the new process does not answer");
                     if (message->kind != kind) return fail(reason_of(*message));
                     (this->*then)(*message);
                   })));
}

void Giving::on_taken(const HandoverMessage& message) {
  const boost::json::value answer = boost::json::parse(message.text);
  for (const boost::json::value& id : answer.at("stays").as_array())
    stays_.insert(boost::json::value_to<std::uint64_t>(id));
  let_go();
}

// Once "keep" was sent, the other process goes on with them. One that comes later takes them from the channel
// even without "keep".
void Giving::let_go() {
  const int error = send(handover::keep, "");
  if (error != 0 && to_ == To::process) return fail(error_words(error));
  auto& taken = departure_->taken;  // has room for all
  for (const SessionState& state : departure_->states) taken.push_back(!stays_.contains(state.id));
  outcome_.sessions += static_cast<std::size_t>(std::ranges::count(taken, true));
  part();
  if (error != 0) return fail(error_words(error));
  freeze_some();
}

void Giving::part() noexcept {
  departed_.push_back(std::move(departure_));
  workers_[worker_].tell(std::exchange(parting_, nullptr));
}

void Giving::go_on_here() noexcept {
  if (!departure_) return;
  departure_->taken.assign(departure_->sessions.size(), false);
  part();
}

void Giving::on_full() {
  go_on_here();
  outcome_.failure = "the channel in which sessions wait for the next process is full";
  tell_last();
}

void Giving::tell_last() {
  const boost::json::object message{{"last_id", last_id()}, {"totals", to_json(registry_.totals())}};
  if (const int error = send(handover::last, boost::json::serialize(message)))
    return fail(error_words(error));
  if (to_ == To::nobody_yet) return on_serving({});
  await(handover::serving, &Giving::on_serving);
}

void Giving::on_serving(const HandoverMessage&) {
  outcome_.stayed = stays_.size();
  on_done_(outcome_);
}

// No worker gives a number any more: it accepts nobody.
std::uint64_t Giving::last_id() noexcept {
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < workers_.size(); ++i) last = std::max(last, workers_[i].services().last_id);
  return last;
}

void Giving::fail(std::string_view why) noexcept {
  try {
    outcome_.failure = why;
  } catch (const std::bad_alloc&) {
    outcome_.failure = "out of memory";  // short enough to need none
  }
  go_on_here();
  departed_.clear();  // this process goes on, and shall not count them for ever
  if (to_ == To::process) {
    (void)channel_.send(handover::cancel, "");
    workers_.tell(resuming_);
  }
  on_done_(outcome_);
}

}  // namespace duplexd
