#pragma once

#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/stream_output.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace duplexd {

/// Lines of text appended to the file at a path. The path is looked at once a second at most: if the file was
/// renamed or removed, the lines from then on go to a new one. While there can be none, they go to the old
/// one. A full disk loses lines and never blocks.
class FileOutput final : public LogOutput {
 public:
  /// Throws std::system_error if the file cannot be opened.
  FileOutput(std::string path, StreamOutput::Format format, const Patience& patience);

  std::size_t put(const LogLine& line) override { return lines_->put(line); }
  std::size_t flush() override;
  std::size_t reopen() override;

 private:
  using Clock = std::chrono::steady_clock;

  int open() noexcept;  ///< 0, or errno
  bool was_moved() const noexcept;

  const std::string path_;
  const StreamOutput::Format format_;
  const Patience& patience_;
  FileDescriptor file_;
  std::optional<StreamOutput> lines_;
  Clock::time_point next_look_{};
};

}  // namespace duplexd
