#include "daemon/log/line/event_line.hpp"

#include "daemon/log/line/log_text.hpp"
#include "daemon/log/line/session_line.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

std::string_view subject_key(Notice::Kind kind) noexcept {
  switch (kind) {
    case Notice::Kind::resolve_failed:
    case Notice::Kind::endpoint_down:
    case Notice::Kind::endpoint_up:
    case Notice::Kind::endpoint_ejected:
    case Notice::Kind::endpoint_readmitted:
      return "endpoint";
    case Notice::Kind::resolve_changed:
      return "upstream";
    case Notice::Kind::zero_copy_refused:
      return "call";
    default:
      return "listener";
  }
}

std::string sentence(const Notice& notice) {
  switch (notice.kind) {
    case Notice::Kind::rate_exceeded:
      return "more clients come than limits.rate says; further ones wait or are refused";
    case Notice::Kind::sources_forgotten:
      return fmt::format(
          "clients come from more addresses than limits.per_source_rate has room for; it began "
          "anew with {} of them",
          notice.count);
    case Notice::Kind::handshakes_exhausted:
      return fmt::format(
          "limits.handshakes clients were in their TLS handshake; {} had to wait for their turn",
          notice.count);
    case Notice::Kind::limit_tried:
      return fmt::format(
          "dry run: {} clients or bytes were beyond the limit; nobody was refused or held back",
          notice.count);
    case Notice::Kind::accept_backing_off:
      return "cannot accept clients; sessions go on, clients wait in the backlog, and accepting is tried "
             "again soon";
    case Notice::Kind::accept_resumed:
      return fmt::format("accepting without trouble again, after {} pauses and refusals", notice.count);
    case Notice::Kind::sessions_exhausted:
      return "the limit of sessions is reached; until a session ends further clients wait in the backlog or "
             "are refused, as limits.when_full says";
    case Notice::Kind::resolve_failed:
      return fmt::format("the name did not resolve; {} addresses stay in use, and it is asked for again soon",
                         notice.count);
    case Notice::Kind::resolve_changed:
      return fmt::format("names resolve to other addresses; {} are in use from now on", notice.count);
    case Notice::Kind::endpoint_down:
      return "checks found the endpoint down; it gets no new sessions";
    case Notice::Kind::endpoint_up:
      return "checks found the endpoint up; it gets sessions again";
    case Notice::Kind::endpoint_ejected:
      return fmt::format("sessions could not use the endpoint; after {} ms one of them tries it again",
                         notice.count);
    case Notice::Kind::endpoint_readmitted:
      return "a session could use the endpoint; it gets sessions again";
    case Notice::Kind::certificates_replaced:
      return "new TLS handshakes use the certificates and keys that are in the files now";
    case Notice::Kind::certificates_refused:
      return "files of certificates or keys have changed and are of no use; those before are used, and it is "
             "tried again every five seconds";
    case Notice::Kind::stop_incomplete:
      return fmt::format("timeouts.drain has passed; ending the {} sessions that are left", notice.count);
    case Notice::Kind::reopened:
      return "sockets were opened anew, because an interface or the file of a Unix socket had changed";
    case Notice::Kind::reopen_failed:
      return "an interface or the file of a Unix socket has changed, and sockets cannot be opened anew; it "
             "is "
             "tried again every five seconds, and a reload says why it fails";
    case Notice::Kind::zero_copy_refused:
      return "bulk is copied where zero_copy is on, at a higher cost of CPU time; this is said once";
  }
  return {};
}

std::string_view words_key(Notice::Kind kind) noexcept {
  if (kind == Notice::Kind::limit_tried) return "limit";
  const bool is_error = kind == Notice::Kind::resolve_failed || kind == Notice::Kind::certificates_refused;
  return is_error ? "error" : "check";
}

LogLine line_of(const Event& event, const Notice& notice) {
  LogLine line(kind_of(notice.kind), event.time);
  line.add_unless_empty(subject_key(notice.kind), notice.subject);
  line.add_unless_empty("upstream", notice.upstream);
  line.add_peer("endpoint_address", notice.address);
  if (notice.error != 0) line.add("errno", errno_name(notice.error));
  line.add_unless_empty(words_key(notice.kind), notice.words);
  line.add("count", notice.count).add("msg", sentence(notice));
  return line;
}

}  // namespace

EventKind kind_of(Notice::Kind kind) noexcept {
  switch (kind) {
    case Notice::Kind::accept_backing_off:
      return EventKind::accept_backing_off;
    case Notice::Kind::accept_resumed:
      return EventKind::accept_resumed;
    case Notice::Kind::sessions_exhausted:
      return EventKind::sessions_exhausted;
    case Notice::Kind::rate_exceeded:
      return EventKind::rate_exceeded;
    case Notice::Kind::sources_forgotten:
      return EventKind::sources_forgotten;
    case Notice::Kind::handshakes_exhausted:
      return EventKind::handshakes_exhausted;
    case Notice::Kind::limit_tried:
      return EventKind::limit_tried;
    case Notice::Kind::resolve_failed:
      return EventKind::resolve_failed;
    case Notice::Kind::resolve_changed:
      return EventKind::resolve_changed;
    case Notice::Kind::certificates_replaced:
      return EventKind::certificates_replaced;
    case Notice::Kind::certificates_refused:
      return EventKind::certificates_refused;
    case Notice::Kind::stop_incomplete:
      return EventKind::stop_incomplete;
    case Notice::Kind::reopened:
      return EventKind::reopened;
    case Notice::Kind::reopen_failed:
      return EventKind::reopen_failed;
    case Notice::Kind::endpoint_down:
      return EventKind::endpoint_down;
    case Notice::Kind::endpoint_up:
      return EventKind::endpoint_up;
    case Notice::Kind::endpoint_ejected:
      return EventKind::endpoint_ejected;
    case Notice::Kind::endpoint_readmitted:
      return EventKind::endpoint_readmitted;
    case Notice::Kind::zero_copy_refused:
      return EventKind::zero_copy_refused;
  }
  return EventKind::stop_incomplete;
}

LogLine line_of(const Event& event) {
  return std::visit([&](const auto& what) { return line_of(event, what); }, event.what);
}

}  // namespace duplexd
