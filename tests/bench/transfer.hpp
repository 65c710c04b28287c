#pragma once

#include "tests/bench/stream.hpp"

#include <cstddef>
#include <vector>

namespace duplexd::bench {

/// One direction: receives from one stream and sends to another, or back to the first. Receives nothing while
/// it holds unsent bytes.
class Transfer {
 public:
  void advance(Stream& from, Stream& to);
  bool finished() const noexcept { return finished_; }  ///< the end of the stream was passed on

 private:
  void flush(Stream& to);
  void move_once(Stream& from, Stream& to);

  std::vector<char> waiting_;
  std::size_t taken_ = 0;  ///< of `waiting_`
  bool finished_ = false;
};

}  // namespace duplexd::bench
