#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "daemon/log/line/syslog_format.hpp"
#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/patience.hpp"

#include <string>

namespace duplexd {

/// One datagram for each line to a syslog server, over UDP or to a Unix socket. Who reads slowly is waited
/// for, a tenth of a second at most; after that lines are lost at once until one is taken again.
class SyslogDatagrams final : public LogOutput {
 public:
  SyslogDatagrams(SocketAddress server, SyslogSender sender, LogFormat format, const Patience& patience);

  std::size_t put(const LogLine& line) override;
  std::size_t flush() override { return 0; }

 private:
  int send();
  int try_send() noexcept;
  int connect() noexcept;
  bool await_room() noexcept;

  const SocketAddress server_;
  const SyslogSender sender_;
  const LogFormat format_;
  const Patience& patience_;
  FileDescriptor socket_;
  std::string datagram_;
  std::size_t lost_before_ = 0;  // of lines that the kernel had taken
  bool is_stuck_ = false;
};

}  // namespace duplexd
