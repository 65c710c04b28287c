#pragma once

#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/stream_output.hpp"

#include <chrono>
#include <string>

namespace duplexd {

/// Lines of text appended to the file at a path. The path is looked at once a second at most: if the file was
/// renamed or removed, the lines from then on go to a new one. While there can be none, they go to the old
/// one, and count as lost: nobody looks for them there. A full disk loses lines and never blocks.
class FileOutput final : public LogOutput {
 public:
  /// Throws std::system_error if the file cannot be opened.
  FileOutput(std::string path, StreamOutput::Format format, const Patience& patience);

  std::size_t put(const LogLine& line) override;
  std::size_t flush() override;
  std::size_t reopen() override;
  int error() const noexcept override { return error_; }

 private:
  using Clock = std::chrono::steady_clock;
  enum class AtPath { ours, another, unknown };

  [[nodiscard]] std::size_t look();
  [[nodiscard]] std::size_t renew(AtPath before);
  AtPath look_at_path() const noexcept;

  const std::string path_;
  FileDescriptor file_;
  StreamOutput lines_;
  int error_ = 0;  // why what is open is not what is at the path
  Clock::time_point next_look_{};
};

}  // namespace duplexd
