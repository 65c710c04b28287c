#include "tests/bench/transfer.hpp"

#include <array>

namespace duplexd::bench {

void Transfer::advance(Stream& from, Stream& to) {
  for (int round = 0; round < rounds_at_once; ++round) {
    if (finished_ || !to.writable()) return;
    if (!waiting_.empty()) {
      flush(to);
    } else if (from.readable()) {
      move_once(from, to);
    } else {
      return;
    }
  }
  from.rearm();
}

void Transfer::flush(Stream& to) {
  taken_ += to.send(std::span(waiting_).subspan(taken_));
  if (taken_ < waiting_.size()) return;
  waiting_.clear();
  taken_ = 0;
}

void Transfer::move_once(Stream& from, Stream& to) {
  thread_local std::array<char, 64 * 1024> buffer;
  const auto received = std::span(buffer).first(from.receive(buffer));
  if (from.ended()) {
    to.end_sending();
    finished_ = true;
  } else if (!received.empty()) {
    const auto rest = received.subspan(to.send(received));
    waiting_.assign(rest.begin(), rest.end());
  }
}

}  // namespace duplexd::bench
