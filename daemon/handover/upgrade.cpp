#include "daemon/handover/upgrade.hpp"

#include <string.h>

#include <cerrno>
#include <utility>

namespace duplexd {
namespace {
constexpr std::string_view ended = "the new process ended before it was ready, or took too long; see its log";
}

Upgrade::Upgrade(boost::asio::io_context& control, Server& server, const ProgramStart& program,
                 OnDone on_done)
    : Upgrade(control, server, program, std::move(on_done), HandoverChannel::make()) {}

Upgrade::Upgrade(boost::asio::io_context& control, Server& server, const ProgramStart& program,
                 OnDone on_done, std::pair<FileDescriptor, FileDescriptor> ends)
    : server_(server), on_done_(std::move(on_done)), channel_(control, std::move(ends.first)) {
  successor_ = start_successor(program, ends.second);
}

Upgrade::~Upgrade() {
  if (!is_on_its_own_) successor_.kill();
}

void Upgrade::start(const std::vector<NamedSocket>& sockets, const std::string& state, bool paused,
                    const NameRecords& names) {
  if (const int error = send_preparation(channel_, sockets, state, paused, names))
    return fail(error == EPIPE ? ended : std::string_view(::strerrordesc_np(error)));
  channel_.receive(patience, lifetime_.guard([this](std::optional<HandoverMessage> message) {
    if (!message) return fail(ended);
    if (message->kind != handover::ready)
      return fail(message->text.empty() ? std::string_view("it refuses") : message->text);
    on_ready(*message);
  }));
}

void Upgrade::on_ready(const HandoverMessage&) {
  server_.give_sessions(channel_, Giving::To::process,
                        lifetime_.guard([this](const HandoverOutcome& outcome) { on_given(outcome); }));
}

void Upgrade::on_given(const HandoverOutcome& outcome) {
  // With a failure it may have sessions, and ends with the last of them.
  is_on_its_own_ = outcome.failure.empty() || outcome.sessions > 0;
  on_done_(outcome, successor_.pid());
}

void Upgrade::fail(std::string_view why) {
  HandoverOutcome outcome;
  outcome.failure = why;
  on_done_(outcome, successor_.pid());
}

}  // namespace duplexd
