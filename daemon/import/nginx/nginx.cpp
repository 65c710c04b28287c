// nginx.conf: the stream block is carried, server by server.
#include "core/net/address/parsed.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/translate.hpp"
#include "daemon/import/values/times.hpp"

#include <fmt/format.h>

namespace duplexd::importing {
namespace {

using nginx::Block;
using nginx::Stream;

// What nginx does where the file is silent, and duplexd does otherwise.
constexpr const char* silent_connect = "1m";
constexpr const char* silent_idle = "10m";

void carry_name_servers(const Setting& line, const Target& process) {
  for (const auto& word : line.args) {
    if (word.find('=') == std::string::npos) process.add("resolve.servers", nginx::plain(word), line);
    if (word.starts_with("valid=") || word == "ipv6=off")
      process.remark(line, fmt::format("{} is of upstreams: see resolve.interval and resolve.prefer", word));
  }
}

void carry_silence(Draft& draft) {
  bool is_silent = false, is_half = false;
  for (const Node& server : draft.root.child("listeners").children) {
    const Target listener = listener_of(draft, server.key);
    const Node* const times = server.find("timeouts");
    is_silent = is_silent || !times || !times->find("connect") || !times->find("idle");
    is_half = is_half || !times || !times->find("half_closed");
    listener.assume("timeouts.connect", silent_connect);
    listener.assume("timeouts.idle", silent_idle);
  }
  if (is_silent) draft.note("Where the file has no time-out, that of nginx itself is written.");
  if (is_half)
    draft.note(
        "Without proxy_half_close, nginx ends a session when one side does; duplexd waits for the other one: "
        "see "
        "timeouts.half_closed.");
}

void refuse_open(const Block& block, Ledger& ledger) {
  for (const Block& each : block.inside) {
    if (ledger.is_open(each.head.id))
      each.has_block ? ledger.refuse_all(nginx::ids_of(each), nginx::reason_against(each.head))
                     : ledger.refuse(each.head.id, nginx::reason_against(each.head));
    if (each.has_block) refuse_open(each, ledger);
  }
}

void carry_stream(const Block& block, Draft& draft) {
  Stream stream{block, nginx::scope_of(block, {}), nginx::variables_of(block), draft};
  draft.ledger.carry(block.head.id);
  for (const Setting* const line : stream.scope.all("resolver")) carry_name_servers(*line, process_of(draft));
  nginx::carry_log(stream.scope, process_of(draft));
  for (const Block* const server : block.all("server")) carry_server(*server, stream);
}

}  // namespace

std::optional<ParseError> translate_nginx(const std::string& name, const std::string& text,
                                          const System& system, Draft& draft) {
  const auto file = nginx::blocks_of(name, text, system, draft.ledger);
  if (!file) return file.error();
  for (const Block* const workers : file->all("worker_processes"))
    process_of(draft).set("workers", nginx::plain(workers->head.arg(0)), workers->head);
  nginx::carry_log(nginx::scope_of(*file, {}), process_of(draft));
  for (const Block* const events : file->all("events")) draft.ledger.carry(events->head.id);
  for (const Block* const stream : file->all("stream")) carry_stream(*stream, draft);
  carry_silence(draft);
  refuse_open(*file, draft.ledger);
  return std::nullopt;
}

}  // namespace duplexd::importing
