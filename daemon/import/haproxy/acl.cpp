// What acl lines ask for, as far as duplexd's routes do.
#include "daemon/import/haproxy/conditions.hpp"
#include "daemon/import/values/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace duplexd::importing::haproxy {
namespace {

struct Fetch {
  std::string_view word;
  Asks asks;
};
constexpr std::array fetches{Fetch{"req.ssl_sni", Asks::sni},       Fetch{"req_ssl_sni", Asks::sni},
                             Fetch{"ssl_fc_sni", Asks::sni},        Fetch{"req.ssl_alpn", Asks::alpn},
                             Fetch{"ssl_fc_alpn", Asks::alpn},      Fetch{"src", Asks::source},
                             Fetch{"dst_port", Asks::port},         Fetch{"req.ssl_hello_type", Asks::tls},
                             Fetch{"req_ssl_hello_type", Asks::tls}};

/// Rates, and how many there are at a time.
bool asks_for_load(std::string_view fetch) {
  constexpr std::array<std::string_view, 5> words{"conn_rate", "conn_cur", "sess_rate", "fe_conn", "be_conn"};
  return std::ranges::any_of(words, [&](auto word) { return fetch.find(word) != std::string_view::npos; });
}

Asks asks_of(std::string_view word) {
  if (const auto comma = word.find(','); comma != std::string_view::npos && word.substr(comma) == ",lower")
    word = word.substr(0, comma);
  const auto* const found = std::ranges::find(fetches, word, &Fetch::word);
  return found == fetches.end() ? Asks::unknown : found->asks;
}

/// Takes "-i" and "-m METHOD" off the words.
struct Flags {
  std::string_view method{};
  std::string why{};

  void take(std::span<const std::string>& words) {
    while (!words.empty() && words[0].starts_with('-') && why.empty()) {
      const std::string_view flag = words[0];
      words = words.subspan(1);
      if (flag == "--") return;
      if (flag == "-m" && !words.empty()) {
        method = words[0];
        words = words.subspan(1);
      } else if (flag != "-i" && flag != "-n") {
        why = flag == "-f" || flag == "-M" ? "names in a file are not read"
                                           : "duplexd's routes have no such flag";
      }
    }
  }
};

void turn_unknown(Acl& acl, std::string_view why) {
  acl.asks = Asks::unknown;
  acl.why = why;
}

Acl unknown(std::string_view why) { return {.asks = Asks::unknown, .why = std::string(why)}; }

/// "-m end .example.com" is "*.example.com".
void take_name(Acl& acl, std::string_view method, const std::string& name) {
  if (method.empty() || method == "str") return acl.values.push_back(name);
  if (method != "end") return turn_unknown(acl, "duplexd compares names as wholes, or what is behind a dot");
  if (!name.starts_with('.')) return turn_unknown(acl, "duplexd compares the ends of names from a dot on");
  acl.values.push_back("*" + name);
}

void take_value(Acl& acl, std::string_view method, const std::string& value) {
  if (acl.asks == Asks::sni) return take_name(acl, method, value);
  if (!method.empty() && method != "str" && method != "ip" && method != "int")
    return turn_unknown(acl, "duplexd compares no parts here");
  if (acl.asks == Asks::tls && value != "1")
    return turn_unknown(acl, "duplexd knows the hello of a client alone");
  if (acl.asks != Asks::source) return acl.values.push_back(value);
  if (auto network = network_text(value)) return acl.values.push_back(*std::move(network));
  if (value.find('$') != std::string::npos) return acl.values.push_back(value);
  turn_unknown(acl, "duplexd compares clients' addresses with networks");
}

bool is_comparison(std::string_view word) {
  return word == "eq" || word == "ge" || word == "gt" || word == "le" || word == "lt";
}

}  // namespace

Acl acl_of(std::span<const std::string> words) {
  Acl acl;
  if (words.empty()) return unknown("it asks for nothing");
  const std::string_view fetch = words[0];
  acl.asks = asks_of(fetch);
  if (acl.asks == Asks::unknown) {
    acl.why = fmt::format("duplexd's routes know name and protocol of TLS, source and port, not {}", fetch);
    acl.is_load = asks_for_load(fetch);
    return acl;
  }
  words = words.subspan(1);
  Flags flags;
  flags.take(words);
  if (!flags.why.empty()) return unknown(flags.why);
  if (flags.method == "found" && acl.asks == Asks::sni) return {.asks = Asks::sni, .values = {"default"}};
  if (!words.empty() && words[0] == "eq") words = words.subspan(1);
  if (words.empty()) return unknown("it compares with nothing");
  if (acl.asks == Asks::port && is_comparison(words[0])) return unknown("write a range of ports by hand");
  for (const auto& value : words)
    if (acl.asks != Asks::unknown) take_value(acl, flags.method, value);
  return acl;
}

}  // namespace duplexd::importing::haproxy
