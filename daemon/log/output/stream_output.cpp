#include "daemon/log/output/stream_output.hpp"

#include <limits.h>

#include <utility>

namespace duplexd {

std::size_t StreamOutput::put(const LogLine& line) {
  line_.clear();
  format_(line_, line);
  const std::size_t lost = pending_.size() + line_.size() > PIPE_BUF ? flush() : 0;
  pending_ += line_;
  ++pending_lines_;
  return lost;
}

std::size_t StreamOutput::flush() {
  const bool written = write_all(fd_, pending_, patience_);
  pending_.clear();
  const std::size_t lines = std::exchange(pending_lines_, 0);
  return written ? 0 : lines;
}

}  // namespace duplexd
