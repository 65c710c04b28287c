#pragma once

#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/patience.hpp"
#include "daemon/systemd/unix_datagram.hpp"

#include <string>

namespace duplexd {

/// One datagram per line to the journal's socket. Own code, because sd_journal_sendv(3) waits for a stuck
/// journald without a limit.
class JournalOutput final : public LogOutput {
 public:
  static constexpr const char* default_path = "/run/systemd/journal/socket";

  explicit JournalOutput(const Patience& patience, std::string path = default_path);

  std::size_t put(const LogLine& line) override;
  std::size_t flush() override { return 0; }

 private:
  bool send();

  const Patience& patience_;
  UnixDatagram socket_;
  std::string datagram_;
};

}  // namespace duplexd
