#pragma once

#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/patience.hpp"

#include <string>
#include <string_view>

namespace duplexd {

/// Lines of text on a descriptor that others may share and that may be a pipe, a socket, a terminal or a
/// file. It stays in blocking mode, which belongs to all who share it: a write is at most PIPE_BUF bytes and
/// follows a poll(2), so it does not block unless another writer comes in between. Nobody has to read a
/// regular file: it takes 64 KiB at once.
class StreamOutput final : public LogOutput {
 public:
  using Format = void (*)(std::string& out, const LogLine& line);

  StreamOutput(int fd, Format format, const Patience& patience);

  std::size_t put(const LogLine& line) override;
  std::size_t flush() override;
  /// What is pending and what comes goes to another descriptor.
  void go_on_with(int fd) noexcept;

 private:
  /// The first bytes of what is pending, which are whole lines. Returns how many lines were lost.
  std::size_t write_first(std::size_t size);
  /// Returns what was not written.
  std::string_view write(std::string_view text) const noexcept;

  int fd_;
  bool is_file_;
  const Format format_;
  const Patience& patience_;
  std::string pending_;  // whole lines, as far as one write takes them
  bool torn_ = false;    // the last write ended within a line
};

}  // namespace duplexd
