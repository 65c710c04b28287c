// rinetd.conf: a line for each forward, rules before the first for all of them.
#include "core/net/address/parsed.hpp"
#include "daemon/import/translate.hpp"
#include "daemon/import/values/access.hpp"
#include "daemon/import/values/addresses.hpp"
#include "daemon/import/values/times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace duplexd::importing {
namespace {

using Words = std::vector<std::string>;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// The words of a line in front of a comment; "[a=1, b=2]" is one word.
Words words_of(std::string_view line) {
  Words words;
  bool inside = false, open = false;
  for (const char c : line) {
    if (c == '#' && !inside) break;
    if (c == '[' && !open && !words.empty()) inside = true;
    const bool ends = is_space(c) && !inside;
    if (!ends && !open) words.emplace_back();
    if (!ends) words.back() += c == '$' ? std::string("$$") : std::string(1, c);
    if (c == ']') inside = false;
    open = !ends;
  }
  return words;
}

std::vector<std::string_view> items_of(std::string_view list) {
  std::vector<std::string_view> items;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    auto item = list.substr(0, comma);
    while (!item.empty() && is_space(item.front())) item.remove_prefix(1);
    while (!item.empty() && is_space(item.back())) item.remove_suffix(1);
    if (!item.empty()) items.push_back(item);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return items;
}

struct Forward {
  std::string listener{};
  std::vector<Setting> rules{};
};

class Rinetd {
 public:
  Rinetd(const std::string& name, Draft& draft) : name_(name), draft_(draft) {}

  std::optional<ParseError> take_line(std::size_t number, std::string_view line) {
    Words words = words_of(line);
    if (words.empty()) return std::nullopt;
    where_ = fmt::format("{}:{}", name_, number);
    Setting setting{.id = draft_.ledger.add(where_, line), .key = words[0]};
    setting.args.assign(words.begin() + 1, words.end());
    if (setting.key == "allow" || setting.key == "deny") return take_rule(setting);
    if (words.size() >= 4) return take_forward(setting);
    if (words.size() > 2 && !words[1].starts_with('/'))
      return ParseError{
          fmt::format("{}: a forward has four words: BIND_ADDRESS BIND_PORT ADDRESS PORT", where_)};
    process_of(draft_).refuse(setting, "duplexd writes a line of its own for each session; see log.output");
    return std::nullopt;
  }

  void finish() {
    for (const Forward& forward : forwards_) carry_rules(forward);
  }

 private:
  std::optional<ParseError> take_rule(const Setting& rule) {
    if (rule.args.size() != 1)
      return ParseError{fmt::format("{}: {} has one pattern of addresses", where_, rule.key)};
    if (!any_) for_all_.push_back(rule);
    if (any_ && is_carried_) forwards_.back().rules.push_back(rule);
    return std::nullopt;
  }

  /// A client has to get through the rules for all and those of the forward.
  void carry_rules(const Forward& forward) {
    const std::vector<AccessRules> phases{allowing(for_all_), denying(for_all_), allowing(forward.rules),
                                          denying(forward.rules)};
    carry_access(phases, listener_of(draft_, forward.listener));
  }

  /// Where some are allowed, nobody else is.
  static AccessRules allowing(const std::vector<Setting>& rules) {
    AccessRules result;
    for (const Setting& rule : rules)
      if (rule.key == "allow") result.push_back(access_of(rule));
    if (!result.empty()) result.push_back({.everybody = true, .from = result.back().from});
    if (std::ranges::any_of(result, [](const AccessRule& rule) { return rule.allows && rule.everybody; }))
      std::erase_if(result, [](const AccessRule& rule) { return !rule.allows || !rule.everybody; });
    return result;
  }
  static AccessRules denying(const std::vector<Setting>& rules) {
    AccessRules result;
    for (const Setting& rule : rules)
      if (rule.key == "deny") result.push_back(access_of(rule));
    return result;
  }

  static AccessRule access_of(const Setting& rule) {
    AccessRule access{.allows = rule.key == "allow", .from = &rule};
    access.everybody = rule.arg(0).find_first_not_of('*') == std::string_view::npos;
    if (auto network = network_of_pattern(rule.arg(0)))
      access.networks.push_back(*std::move(network));
    else if (!access.everybody)
      access.why = "duplexd takes networks, not patterns of digits";
    return access;
  }

  std::optional<ParseError> take_forward(const Setting& forward) {
    any_ = true;
    is_carried_ = false;
    if (forward.key.find("/udp") != std::string::npos || is_udp(forward.arg(0)) || is_udp(forward.arg(2))) {
      process_of(draft_).refuse(forward, "duplexd relays TCP, not UDP");
      return std::nullopt;
    }
    is_carried_ = true;
    const std::string name = free_name(draft_, "listeners", "forward-" + plain_port(forward.arg(0)));
    forwards_.push_back({name});
    const Target listener = listener_of(draft_, name);
    listener.set("bind", join_address(forward.key, plain_port(forward.arg(0))), forward);
    const Target upstream = upstream_of(draft_, name);
    upstream.item("endpoints")
        .set("address", join_address(forward.arg(1), plain_port(forward.arg(2))), forward);
    listener.set("upstream", name, forward);
    for (const char* key : {"timeouts.idle", "timeouts.half_closed"}) listener.assume(key, "off");
    draft_.note("rinetd ends no session for its silence: timeouts.idle and timeouts.half_closed are off.");
    for (std::size_t word = 3; word < forward.args.size(); ++word) take_options(forward.arg(word), upstream);
    return std::nullopt;
  }

  void take_options(std::string_view text, const Target& upstream) {
    if (text.starts_with('[')) text.remove_prefix(1);
    if (text.ends_with(']')) text.remove_suffix(1);
    for (const auto item : items_of(text)) take_option(item, upstream);
  }

  void take_option(std::string_view item, const Target& upstream) {
    const auto equals = item.find('=');
    const Setting option{.id = draft_.ledger.add(where_, item), .key = std::string(item.substr(0, equals))};
    const auto value = equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    if (option.key == "src") return upstream.part("endpoint").add("source", value, option);
    if (option.key == "keepalive") return upstream.carry(option);
    if (option.key == "timeout") return upstream.refuse(option, "in rinetd it is of UDP; see timeouts.idle");
    upstream.refuse(option, "duplexd has no such option");
  }

  static bool is_udp(std::string_view port) { return port.ends_with("/udp"); }
  static std::string plain_port(std::string_view port) { return std::string(port.substr(0, port.find('/'))); }

  const std::string& name_;
  Draft& draft_;
  std::string where_{};
  std::vector<Setting> for_all_{};
  std::vector<Forward> forwards_{};
  bool any_ = false;         // a forward has come
  bool is_carried_ = false;  // the last one is carried
};

}  // namespace

std::optional<ParseError> translate_rinetd(const std::string& name, const std::string& text, Draft& draft) {
  Rinetd rinetd(name, draft);
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (auto error = rinetd.take_line(number, rest.substr(0, end))) return error;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  rinetd.finish();
  return std::nullopt;
}

}  // namespace duplexd::importing
