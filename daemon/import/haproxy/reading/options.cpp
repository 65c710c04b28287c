#include "daemon/import/haproxy/reading/options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace duplexd::importing::haproxy {
namespace {

// Options that a value follows; all others stand alone.
constexpr std::array with_value{"addr",
                                "agent-addr",
                                "agent-inter",
                                "agent-port",
                                "agent-send",
                                "alpn",
                                "backlog",
                                "ca-file",
                                "ca-sign-file",
                                "ca-verify-file",
                                "cc",
                                "check-alpn",
                                "check-proto",
                                "check-sni",
                                "ciphers",
                                "ciphersuites",
                                "client-sigalgs",
                                "cookie",
                                "crl-file",
                                "crt",
                                "crt-ignore-err",
                                "crt-list",
                                "curves",
                                "downinter",
                                "ecdhe",
                                "error-limit",
                                "expose-fd",
                                "fall",
                                "fastinter",
                                "gid",
                                "group",
                                "guid",
                                "guid-prefix",
                                "hash-key",
                                "id",
                                "init-addr",
                                "init-state",
                                "inter",
                                "interface",
                                "label",
                                "level",
                                "log-bufsize",
                                "log-proto",
                                "max-reuse",
                                "maxconn",
                                "maxqueue",
                                "minconn",
                                "mode",
                                "mss",
                                "name",
                                "namespace",
                                "nbconn",
                                "nice",
                                "npn",
                                "observe",
                                "on-error",
                                "on-marked-down",
                                "on-marked-up",
                                "pool-conn-name",
                                "pool-low-conn",
                                "pool-max-conn",
                                "pool-purge-delay",
                                "port",
                                "process",
                                "proto",
                                "proxy-v2-options",
                                "redir",
                                "resolve-net",
                                "resolve-opts",
                                "resolve-prefer",
                                "resolvers",
                                "rise",
                                "set-proxy-v2-tlv-fmt",
                                "shard",
                                "shards",
                                "sigalgs",
                                "slowstart",
                                "sni",
                                "socks4",
                                "source",
                                "ssl-max-ver",
                                "ssl-min-ver",
                                "tcp-ut",
                                "thread",
                                "tls-ticket-keys",
                                "track",
                                "uid",
                                "user",
                                "usesrc",
                                "verify",
                                "verifyhost",
                                "weight",
                                "ws"};

// Options that "no-" in front takes back.
constexpr std::array taken_back{"agent-check", "backup",     "check",         "check-send-proxy",
                                "check-ssl",   "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl",
                                "ssl",         "tfo",        "stick",         "verifyhost"};

bool is_in(std::string_view word, const auto& words) { return std::ranges::find(words, word) != words.end(); }

/// How many words of the line come before its options.
std::size_t words_before(std::string_view key) {
  if (key == "bind") return 1;
  if (key == "server") return 2;
  if (key == "server-template") return 3;
  return 0;
}

Setting option_named(std::string_view word) {
  if (word == "enabled") return {.key = "disabled", .negated = true};
  const bool no = word.starts_with("no-") && is_in(word.substr(3), taken_back);
  return {.key = std::string(no ? word.substr(3) : word), .negated = no};
}

}  // namespace

void take_options(Setting& line, const std::string& where, Ledger& ledger) {
  const bool is_default = line.key == "default-server";
  if (!is_default && words_before(line.key) == 0) return;
  if (is_default) ledger.carry(line.id);  // it says nothing but its options
  for (std::size_t word = words_before(line.key); word < line.args.size(); ++word) {
    Setting option = option_named(line.args[word]);
    std::string text = line.args[word];
    if (is_in(option.key, with_value) && !option.negated && word + 1 < line.args.size()) {
      option.args.push_back(line.args[++word]);
      text += " " + option.args[0];
    }
    option.id = ledger.add(where, text);
    if (option.negated) ledger.carry(option.id);
    line.options.push_back(std::move(option));
  }
}

}  // namespace duplexd::importing::haproxy
