#pragma once

#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/stream_output.hpp"

namespace duplexd {

/// Standard error of a log that goes elsewhere. What it cannot take at once is lost: nobody may read it.
class LastResort final : public LogOutput {
 public:
  LastResort(int fd, StreamOutput::Format format) noexcept : fd_(fd), format_(format) {}

  std::size_t put(const LogLine& line) override;
  std::size_t flush() override { return 0; }

 private:
  const int fd_;
  const StreamOutput::Format format_;
};

}  // namespace duplexd
