#include "daemon/import/haproxy/reading/sections.hpp"

#include "core/net/address/parsed.hpp"
#include "daemon/import/haproxy/reading/options.hpp"
#include "daemon/import/haproxy/reading/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace duplexd::importing::haproxy {
namespace {

constexpr std::array section_words{"global",   "defaults",    "frontend",  "backend", "listen",
                                   "peers",    "resolvers",   "userlist",  "mailers", "cache",
                                   "program",  "http-errors", "ring",      "traces",  "log-forward",
                                   "fcgi-app", "log-profile", "crt-store", "acme"};
// Of these the second word says which setting it is.
constexpr std::array words_with_second{
    "timeout",       "option", "tcp-request", "tcp-response", "tcp-check", "http-check", "http-request",
    "http-response", "stats",  "stick",       "rate-limit",   "filter",    "email-alert"};

constexpr std::size_t most_settings = 200'000;

bool is_one_of(std::string_view word, const auto& words) {
  return std::ranges::find(words, word) != words.end();
}

/// Reads lines, one after the other, into sections.
class Sections {
 public:
  Sections(const std::string& name, Ledger& ledger) : name_(name), ledger_(ledger) {}

  std::optional<ParseError> take(const Line& line) {
    const bool begins = is_one_of(line.words[0], section_words);
    if (begins && depth_ == 0) return begin(line);
    const SettingId id = add(line);
    if (is_condition(line.words[0]) || depth_ > 0) return refuse_conditional(id);
    if (sections.empty())
      return ParseError{
          fmt::format("{}:{}: '{}' is outside of any section", name_, line.number, line.words[0])};
    sections.back().own.settings.push_back(setting_of(id, line));
    return std::nullopt;
  }

  std::vector<Section> sections{};

 private:
  SettingId add(const Line& line) { return ledger_.add(fmt::format("{}:{}", name_, line.number), line.text); }

  bool is_condition(std::string_view word) {
    if (word == ".if") ++depth_;
    if (word == ".endif" && depth_ > 0) --depth_;
    return word.starts_with('.');
  }
  std::optional<ParseError> refuse_conditional(SettingId id) {
    ledger_.refuse(id, "what a condition decides is not known here");
    return std::nullopt;
  }

  std::optional<ParseError> begin(const Line& line) {
    Setting head{.key = line.words[0]};
    head.args.assign(line.words.begin() + 1, line.words.end());
    sections.push_back({.head = std::move(head)});
    if (!sections.back().is_counted()) return std::nullopt;
    sections.back().head.id = add(line);
    ledger_.carry(sections.back().head.id);
    take_address(sections.back());
    return std::nullopt;
  }

  /// "listen web 10.0.0.1:80", as files of HAProxy 1.8 and before have it.
  static void take_address(Section& section) {
    const bool may_have = section.kind() == "listen" || section.kind() == "frontend";
    if (!may_have || section.head.arg(1).empty() || section.head.arg(1) == "from") return;
    section.own.settings.push_back({.id = section.head.id, .key = "bind", .args = {section.head.args[1]}});
  }

  Setting setting_of(SettingId id, const Line& line) {
    Setting setting{.id = id};
    std::size_t word = 0;
    const auto& words = line.words;
    setting.negated = words[0] == "no" && words.size() > 1;
    if (setting.negated || (words[0] == "default" && words.size() > 2 && words[1] == "option")) word = 1;
    setting.key = words[word++];
    if (is_one_of(setting.key, words_with_second) && word < words.size()) setting.key += " " + words[word++];
    setting.args.assign(words.begin() + static_cast<std::ptrdiff_t>(word), words.end());
    if (setting.negated) ledger_.carry(id);  // duplexd does nothing either
    take_options(setting, fmt::format("{}:{}", name_, line.number), ledger_);
    return setting;
  }

  const std::string& name_;
  Ledger& ledger_;
  std::size_t depth_ = 0;  // of .if
};

/// "defaults NAME from OTHER", "frontend NAME from OTHER"; "": the last defaults section before it.
std::string_view parent_of(const Section& section) {
  const auto& args = section.head.args;
  const auto from = std::ranges::find(args, "from");
  return from != args.end() && from + 1 != args.end() ? std::string_view(*(from + 1)) : std::string_view();
}

void inherit(Section& section, const Section* defaults) {
  if (defaults) section.all = defaults->all;
  auto& all = section.all.settings;
  all.insert(all.end(), section.own.settings.begin(), section.own.settings.end());
}

/// Fills in what each section starts from; sections that are not proxies have their own settings only. False:
/// there are too many settings.
bool resolve_defaults(std::vector<Section>& sections) {
  std::size_t count = 0;
  std::map<std::string, const Section*, std::less<>> named;
  const Section* last = nullptr;
  for (Section& section : sections) {
    const bool is_defaults = section.kind() == "defaults";
    const auto parent = parent_of(section);
    const auto found = named.find(parent);
    const Section* const from = parent.empty() ? last : found == named.end() ? nullptr : found->second;
    // A defaults section without "from" begins from nothing.
    inherit(section, section.is_proxy() || (is_defaults && !parent.empty()) ? from : nullptr);
    count += section.all.settings.size();
    if (count > most_settings) return false;
    if (!is_defaults) continue;
    last = &section;
    if (!section.name().empty() && section.name() != "from") named[std::string(section.name())] = &section;
  }
  return true;
}

}  // namespace

bool Section::speaks_http() const {
  const Setting* const mode = all.last("mode");
  return mode && mode->arg(0) != "tcp";
}

std::vector<SettingId> ids_of(const Section& section) {
  std::vector<SettingId> ids{section.head.id};
  if (!section.is_counted()) ids.clear();
  for (const Setting& setting : section.own.settings) {
    ids.push_back(setting.id);
    for (const Setting& option : setting.options) ids.push_back(option.id);
  }
  return ids;
}

Parsed<std::vector<Section>> sections_of(const std::string& name, std::string_view text, Ledger& ledger) {
  const auto lines = lines_of(text);
  if (!lines) return ParseError{fmt::format("{}:{}", name, lines.error().what)};
  Sections reader(name, ledger);
  for (const Line& line : *lines)
    if (auto error = reader.take(line)) return *error;
  if (!resolve_defaults(reader.sections))
    return ParseError{fmt::format("{}: it has too many settings", name)};
  return std::move(reader.sections);
}

}  // namespace duplexd::importing::haproxy
