#include "daemon/log/output/journal_output.hpp"

#include "daemon/log/line/log_format.hpp"

#include <cerrno>
#include <utility>

namespace duplexd {

JournalOutput::JournalOutput(const Patience& patience, std::string path)
    : patience_(patience), socket_(std::move(path)) {}

std::size_t JournalOutput::put(const LogLine& line) {
  datagram_.clear();
  append_journal(datagram_, line);
  return send() ? 0 : 1;
}

bool JournalOutput::send() {
  int error = socket_.send(datagram_);
  while (error == EAGAIN && patience_.wait_writable(socket_.get())) error = socket_.send(datagram_);
  return error == 0;
}

}  // namespace duplexd
