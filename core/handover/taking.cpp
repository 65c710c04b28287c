#include "core/handover/taking.hpp"

#include "core/handover/endpoint_json.hpp"
#include "core/handover/session_json.hpp"
#include "core/handover/totals_json.hpp"
#include "core/tls/wall_time.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

namespace duplexd {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

/// The descriptors of a message, one after the other.
class Descriptors {
 public:
  explicit Descriptors(std::vector<FileDescriptor>& all) : all_(all) {}
  FileDescriptor next() {
    if (next_ == all_.size()) throw std::length_error("a descriptor is missing");
    return std::move(all_[next_++]);
  }

 private:
  std::vector<FileDescriptor>& all_;
  std::size_t next_ = 0;
};

Pipe pipe_of(const SessionState::Held& held, Descriptors& descriptors) {
  if (held.pipe_size == 0) return {};
  Pipe pipe{.entrance = descriptors.next(), .exit = descriptors.next(), .size = held.pipe_size};
  return pipe;
}

MovedSession moved(const boost::json::value& description, std::string_view& bytes, Descriptors& descriptors) {
  Parsed<SessionState> state = session_of(description, bytes);
  if (!state) throw std::invalid_argument(state.error().what);
  MovedSession session{.state = *std::move(state), .client = descriptors.next()};
  if (!session.state.relays) return session;
  session.endpoint = descriptors.next();
  session.pipes = {pipe_of(session.state.held_upstream, descriptors),
                   pipe_of(session.state.held_downstream, descriptors)};
  return session;
}

}  // namespace

/// Whatever goes wrong in it ends the hand-over: the other process goes on. If that has gone, as one that has
/// parked its sessions, the next ones may still be taken.
template <class Work>
auto Taking::guarded(Work work) {
  return [this, work = std::move(work)](auto&&... arguments) {
    try {
      work(std::forward<decltype(arguments)>(arguments)...);
    } catch (const std::exception& error) {
      drop();
      const bool is_told = channel_.send(handover::failed, error.what()) == 0 ||
                           channel_.send(handover::failed, "") == 0;  // which needs no descriptor
      if (!is_told) return await();
      end(End::does_not, error.what());
    }
  };
}

Taking::Taking(HandoverChannel& channel, const Surroundings& around, Generations& generations,
               NewClients clients, OnDone on_done)
    : channel_(channel),
      around_(around),
      generations_(generations),
      destinations_(around, generations),
      clients_(clients),
      on_done_(std::move(on_done)) {}

void Taking::start() { await(); }

// One that is silent may be stopped, and has its sessions still: two must not go on with them. One that hangs
// for ever is ended by who watches it.
void Taking::await() {
  channel_.receive(HandoverChannel::unlimited,
                   lifetime_.guard(guarded(
                       [this](std::optional<HandoverMessage> message) { on_message(std::move(message)); })));
}

// The other has died without a word: what it wanted to be taken is taken.
void Taking::on_message(std::optional<HandoverMessage> message) {
  if (!message) {
    outcome_.failure = "the process before this one has gone";
    if (!arrivals_.empty()) thaw();
    return serve();
  }
  if (message->kind == handover::keep && !arrivals_.empty()) {
    thaw();
    return await();
  }
  if (message->kind == handover::sessions && arrivals_.empty()) return make(*message);
  if (message->kind == handover::last) {
    learn_last(*message);
    return serve();
  }
  if (message->kind != handover::cancel) throw std::runtime_error("what it was sent is no message for it");
  end(End::does_not, "the process before this one goes on serving");
}

static std::string text_of(const boost::json::value& numbers) {
  const auto bytes = boost::json::value_to<std::vector<std::uint8_t>>(numbers);
  return {bytes.begin(), bytes.end()};
}

void Taking::make(HandoverMessage& message) {
  const boost::json::value described = boost::json::parse(message.text);
  frozen_ = steady_clock::time_point(microseconds(described.at("frozen_us").to_number<std::int64_t>()));
  if (const boost::json::value* const id = described.as_object().if_contains("last_id"))
    number_after(id->to_number<std::uint64_t>());
  if (const boost::json::value* const known = described.as_object().if_contains("endpoints"))
    generations_.begin_checks(endpoints_of(*known));
  if (const boost::json::value* const keys = described.as_object().if_contains("tickets"))
    around_.tickets->take_over(text_of(*keys), wall_time());
  for (std::size_t i = 0; i < around_.workers.size(); ++i) arrivals_.push_back(std::make_shared<Arrival>());
  Descriptors descriptors(message.descriptors);
  std::string_view bytes = message.bytes;
  for (const boost::json::value& each : described.at("sessions").as_array()) {
    const auto worker = static_cast<unsigned>(turn_++ % around_.workers.size());
    MovedSession session = moved(each, bytes, descriptors);
    number_after(SessionServices::running_number(session.state.id));  // the first release tells no more
    destinations_.place(std::move(session), worker, *arrivals_[worker]);
  }
  adopt();
}

void Taking::adopt() {
  std::size_t number = 0;
  around_.workers.tell(
      around_.workers.prepare([&](Worker& worker) { return worker.adopting(arrivals_[number++]); },
                              lifetime_.guard(guarded([this] { on_adopted(); }))));
}

void Taking::on_adopted() {
  boost::json::array stays;
  std::size_t taken = 0;
  for (const auto& arrival : arrivals_) {
    for (std::size_t i = 0; i < arrival->sessions.size(); ++i) {
      if (arrival->sessions[i]) {
        ++taken;
      } else {
        stays.emplace_back(arrival->all[i].moved.state.id);
      }
    }
  }
  outcome_.sessions += taken;
  outcome_.stayed += stays.size();
  const boost::json::object answer{{"stays", std::move(stays)}};
  (void)channel_.send(handover::taken, boost::json::serialize(answer));
  await();
}

void Taking::thaw() {
  std::size_t number = 0;
  const auto thawed = std::exchange(arrivals_, {});
  around_.workers.tell(
      around_.workers.prepare([&](Worker& worker) { return worker.thawing(thawed[number++]); },
                              lifetime_.guard(guarded([this, since = frozen_] {
                                const auto paused = duration_cast<microseconds>(steady_clock::now() - since);
                                outcome_.longest = std::max(outcome_.longest, paused);
                              }))));
}

void Taking::learn_last(const HandoverMessage& message) {
  const boost::json::value described = boost::json::parse(message.text);
  around_.registry.begin_with(totals_of(described.at("totals")));
  number_after(described.at("last_id").to_number<std::uint64_t>());
}

void Taking::number_after(std::uint64_t last_id) noexcept { last_id_ = std::max(last_id_, last_id); }

// Whom a session of another process has made leave is found out anew.
void Taking::serve() {
  around_.workers.tell(
      around_.workers.prepare([last = last_id_](Worker& worker) { return worker.numbering_after(last); }));
  generations_.begin_checks({});
  generations_.end_leavers();
  const auto step_of = [this](Worker& worker) {
    return clients_ == NewClients::accepted ? worker.resuming() : Task::Step([] { return Progress::done; });
  };
  around_.workers.tell(around_.workers.prepare(step_of, lifetime_.guard(guarded([this] {
    (void)channel_.send(handover::serving, "{}");
    end(End::serves, "");
  }))));
}

// Their peers are to notice when the other closes them. Without memory, they do when this process ends.
void Taking::drop() noexcept try {
  std::size_t number = 0;
  const auto dropped = std::exchange(arrivals_, {});
  if (dropped.empty()) return;
  around_.workers.tell(
      around_.workers.prepare([&](Worker& worker) { return worker.dropping(dropped[number++]); }));
} catch (const std::bad_alloc&) {
}

void Taking::end(End end, std::string_view failure) {
  drop();
  destinations_.close();
  if (outcome_.failure.empty()) outcome_.failure = failure;
  on_done_(end, outcome_);
}

}  // namespace duplexd
