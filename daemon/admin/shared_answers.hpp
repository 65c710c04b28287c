#pragma once

#include "core/control/control_server.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Keeps a crowd that asks for long answers from holding the thread up that makes them: who asks while others
/// have just had the same gets that one, at most `freshest` old. Whoever asks now and then gets a new one:
/// a twentieth of the time may go into answers, of which a tenth of a second is saved up. A value.
class SharedAnswers {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds freshest{250};
  static constexpr std::chrono::milliseconds most_saved{100};
  static constexpr int share_of_time = 20;

  /// What answers `key` at this time. Null: another answer is to be made. Valid until the next call.
  const ControlResponse* find(std::string_view key, Clock::time_point now);

  /// An answer took from `began` to `ended`. Without memory, std::bad_alloc.
  void made(std::string_view key, const ControlResponse& response, Clock::time_point began,
            Clock::time_point ended);

 private:
  struct Kept {
    std::string key;
    ControlResponse response;
    Clock::time_point since;
  };

  void save_up(Clock::time_point now) noexcept;

  std::vector<Kept> kept_;  // none while there is time for new ones
  Clock::duration saved_ = most_saved;
  std::optional<Clock::time_point> saved_at_;
};

}  // namespace duplexd
