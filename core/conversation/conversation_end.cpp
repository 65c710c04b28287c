#include "core/conversation/conversation_end.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace duplexd {
namespace {

/// What this host lacks, "" if that is not the reason.
std::string_view lack(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
      return "no descriptor is free";
    case ENOMEM:
    case ENOBUFS:
      return "the kernel has no memory left";
    case ENOSPC:
      return "the kernel watches no further socket";
    case EADDRNOTAVAIL:
    case EADDRINUSE:
      return "no local port or source address is left";
    case EAFNOSUPPORT:
      return "this host has no such addresses";
    default:
      return "";
  }
}

std::string words_of(int error) {
  switch (error) {
    case ECONNREFUSED:
    case ENOENT:  // of a Unix socket
      return "refused";
    case EAGAIN:  // of a Unix socket
      return "refused, because its backlog is full";
    case ETIMEDOUT:
      return "no answer";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "no route to it";
    default:
      return fmt::format("cannot connect: {}", std::generic_category().message(error));
  }
}

}  // namespace

void fail(std::string words) { throw ConversationEnd(ConversationEnd::Fault::peer, std::move(words)); }

void fail_but_connected(std::string_view words) { fail(fmt::format("connected, but {}", words)); }

void fail_here(std::string_view why) {
  throw ConversationEnd(ConversationEnd::Fault::host, std::string(why));
}

void fail_to_connect(int error) {
  if (const auto what = lack(error); !what.empty()) fail_here(what);
  fail(words_of(error));
}

void fail_to_talk(int error) {
  if (error == ENOMEM || error == ENOBUFS) fail_here(lack(error));
  if (error == ECONNRESET || error == EPIPE) fail_but_connected("it reset the connection");
  fail_but_connected(std::generic_category().message(error));
}

}  // namespace duplexd
