#pragma once

#include "core/names/known_name.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace duplexd {

/// The decisions of the name service: what is known, which name is asked when, and who hears of an answer. It
/// has no clock, timer or socket, and only add() and records() allocate.
///
/// A name is asked when somebody subscribes to it, and again after the shortest interval of its interests,
/// less up to a tenth, so that names spread, or earlier: when the answer's TTL is over, and a second has
/// passed. One that fails is asked again after 1 s, 2 s, 4 s and so on, at
/// most that interval. A question takes one of `most_young` places, so that a burst is not lost in the buffer
/// of a socket, and for `young_for` at most, so that names without an answer keep no others waiting. Names
/// whose last look-up failed are asked after all others.
class NameTable {
 public:
  using Clock = KnownName::Clock;
  using Number = NameSource::Number;
  struct Moment {
    Clock::time_point steady{};
    std::chrono::system_clock::time_point wall{};
  };
  struct Question {
    Number number;
    const std::string& host;
  };

  static constexpr std::size_t most_young = 64;
  static constexpr std::chrono::milliseconds young_for{100};
  static constexpr std::chrono::seconds patience{25};  ///< of one question
  static constexpr std::chrono::seconds first_back_off{1};
  static constexpr std::chrono::seconds least_ttl{1};

  explicit NameTable(std::uint32_t seed) : spread_(seed) {}
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

  /// The interest goes through remove(). If std::bad_alloc is thrown, nothing has changed.
  std::unique_ptr<Interest> add(const std::string& host, Duration interval, Interest::OnChange on_change,
                                Clock::time_point now);
  /// What names begin with that nobody is interested in yet, until they are asked, which is at once as ever.
  void remember(NameRecords records) noexcept { remembered_ = std::move(records); }
  /// What is known of the names that somebody is interested in.
  NameRecords records() const;
  /// With its last interest a name is forgotten. Returns the question that nobody waits for any more.
  std::optional<Number> remove(std::unique_ptr<Interest> interest) noexcept;

  /// When next_question() or give_up() is to be called; time_point::max(): never.
  Clock::time_point due() const noexcept;
  /// A question to ask now, which counts as asked.
  std::optional<Question> next_question(Clock::time_point now) noexcept;
  /// Takes the next question that has waited too long for failed.
  std::optional<Number> give_up(Moment now) noexcept;
  /// Only the first answer to a question that is still open changes anything.
  void answer(Number question, NameAnswer answer, Moment now) noexcept;

  bool has_news() const noexcept { return !news_.empty(); }
  /// Whom to tell next. There is one.
  std::shared_ptr<const Interest::OnChange> next_news() noexcept;

  std::size_t size() const noexcept { return names_.size(); }

 private:
  using Hook = KnownName::QueueHook;
  template <Hook KnownName::*In>
  using Member = boost::intrusive::member_hook<KnownName, Hook, In>;
  using Queue = boost::intrusive::multiset<KnownName, Member<&KnownName::in_queue>,
                                           boost::intrusive::compare<KnownName::EarlierDue>>;
  using Questions = boost::intrusive::set<KnownName, Member<&KnownName::in_questions>,
                                          boost::intrusive::key_of_value<KnownName::QuestionOf>>;

  using Stage = KnownName::Stage;

  Queue& queue_of(Stage stage) noexcept { return queues_[static_cast<std::size_t>(stage)]; }
  const Queue& queue_of(Stage stage) const noexcept { return queues_[static_cast<std::size_t>(stage)]; }
  bool has_place() const noexcept { return queue_of(Stage::young).size() < most_young; }
  void enter(KnownName& name, Stage stage, Clock::time_point due) noexcept;
  void leave(KnownName& name) noexcept;
  KnownName* first_due(Stage stage, Clock::time_point now) noexcept;
  void free_places(Clock::time_point now) noexcept;
  void wait(KnownName& name, std::optional<std::chrono::seconds> ttl, Clock::time_point now) noexcept;
  void bring_forward(KnownName& name, Duration interval) noexcept;
  Clock::duration spread(Clock::duration time) noexcept;
  void recall(KnownName& name) noexcept;

  std::unordered_map<std::string, KnownName> names_;
  std::array<Queue, 4> queues_;  // by stage
  Questions questions_;
  boost::intrusive::list<Interest> news_;
  Number last_question_ = 0;
  NameRecords remembered_;
  std::minstd_rand spread_;
};

}  // namespace duplexd
