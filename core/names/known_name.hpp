#pragma once

#include "core/config/config.hpp"
#include "core/names/name_source.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace duplexd {

struct KnownName;

/// One subscription of a name, in the lists of its table.
struct Interest : boost::intrusive::set_base_hook<>, boost::intrusive::list_base_hook<> {
  using OnChange = std::function<void()>;

  Interest(Duration asked_every, OnChange callback)
      : interval(asked_every), on_change(std::make_shared<const OnChange>(std::move(callback))) {}

  const Duration interval;
  const std::shared_ptr<const OnChange> on_change;  // shared: it may destroy its own interest
  KnownName* name = nullptr;
  bool awaits_answer = false;  ///< hears of the next answer even if that is no news

  bool has_news() const noexcept { return boost::intrusive::list_base_hook<>::is_linked(); }
  friend bool operator<(const Interest& a, const Interest& b) noexcept { return a.interval < b.interval; }
};

/// A name in its table: in the queue of its stage, and among the questions while it is asked.
struct KnownName {
  using Clock = std::chrono::steady_clock;
  using QueueHook = boost::intrusive::set_member_hook<>;
  struct EarlierDue {
    bool operator()(const KnownName& a, const KnownName& b) const noexcept { return a.due < b.due; }
  };
  struct QuestionOf {
    using type = NameSource::Number;
    type operator()(const KnownName& name) const noexcept { return name.question; }
  };

  enum class Stage : std::uint8_t {
    fresh,    ///< waits to be asked
    failing,  ///< likewise, and the last look-up failed
    young,    ///< asked, and has a place
    old,      ///< asked so long ago that it has no place any more
  };

  explicit KnownName(std::string called) : host(std::move(called)) {}
  bool is_asked() const noexcept { return stage == Stage::young || stage == Stage::old; }
  Duration shortest_interval() const noexcept { return interests.begin()->interval; }

  const std::string host;
  NameState state;
  boost::intrusive::multiset<Interest> interests;  // of the shortest interval first
  QueueHook in_queue;
  QueueHook in_questions;
  Stage stage = Stage::fresh;
  Clock::time_point due{};    ///< when it leaves the stage, if no answer comes before
  Clock::time_point since{};  ///< asked then; while it fails: failed then
  Duration back_off{0};       ///< after the last failure; 0: it does not fail
  NameSource::Number question = 0;
};

}  // namespace duplexd
