#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "daemon/log/line/syslog_format.hpp"
#include "daemon/log/output/log_output.hpp"

#include <chrono>
#include <deque>
#include <string>

namespace duplexd {

/// Lines to a syslog server over TCP, each behind the number of its bytes (octet counting, RFC 6587, 3.4.1).
/// Never waits: what the server does not take is kept, up to a mebibyte, and what is more is lost. A server
/// that is gone is dialled again, after half a second at first and sixteen at last, and gets what was kept.
/// What it had taken without reading is lost and cannot be counted: the protocol has no answers.
class SyslogStream final : public LogOutput {
 public:
  static constexpr std::size_t most_kept = 1'048'576;

  SyslogStream(SocketAddress server, SyslogSender sender, LogFormat format);

  std::size_t put(const LogLine& line) override;
  std::size_t flush() override;
  bool is_waiting() const noexcept override { return !sizes_.empty(); }

 private:
  using Clock = std::chrono::steady_clock;

  bool is_connected();
  void dial();
  bool is_dialled();
  bool was_closed() const noexcept;
  void send();
  void on_sent(std::size_t bytes);
  void hang_up() noexcept;

  const SocketAddress server_;
  const SyslogSender sender_;
  const LogFormat format_;
  FileDescriptor socket_;
  bool is_dialling_ = false;
  Clock::time_point due_{};  // of the next attempt, or the end of this one
  Clock::duration pause_;    // after the next attempt that fails
  std::string message_;
  std::string kept_;               // messages, one behind the other
  std::deque<std::size_t> sizes_;  // of each
  std::size_t sent_ = 0;           // bytes of the first one
};

}  // namespace duplexd
