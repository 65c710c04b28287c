// Where the log goes and what is in it, which duplexd decides for the whole process.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/log_output.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace duplexd::importing::haproxy {
namespace {

constexpr std::string_view alike = "all outputs of duplexd get the same lines; see log.level";
constexpr std::string_view of_process = "duplexd has one log for all listeners";

/// "log 127.0.0.1 len 4096 format rfc5424 local0 notice"
struct LogLine {
  std::string_view target, format{}, facility{}, level{};
  std::string_view left{};  // an option that is not carried
};

LogLine parts_of(const Setting& line) {
  LogLine parts{line.arg(0)};
  std::size_t word = 1;
  for (; word + 1 < line.args.size(); word += 2) {
    const auto option = line.arg(word);
    if (option == "format") parts.format = line.arg(word + 1);
    if (option == "sample" || option == "profile") parts.left = option;
    if (option != "format" && option != "len" && option != "sample" && option != "profile") break;
  }
  parts.facility = line.arg(word);
  parts.level = line.arg(word + 1);
  return parts;
}

/// HAProxy's levels are those of syslog, of which duplexd has four. Null: duplexd has none like it.
std::string_view level_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> levels{{{"", "info"},
                                                                                 {"emerg", "error"},
                                                                                 {"alert", "error"},
                                                                                 {"crit", "error"},
                                                                                 {"err", "error"},
                                                                                 {"warning", "warning"},
                                                                                 {"notice", "warning"},
                                                                                 {"info", "info"},
                                                                                 {"debug", "debug"}}};
  const auto found = std::ranges::find(levels, word, [](const auto& level) { return level.first; });
  return found == levels.end() ? std::string_view() : found->second;
}

bool is_standard(std::string_view target) {
  return target == "stdout" || target == "stderr" || target == "fd@1" || target == "fd@2";
}

LogOutput output_of(const LogLine& line, const Setting* tag) {
  if (is_standard(line.target)) return {"stderr"};
  return {.to = syslog_server(line.target),
          .facility = std::string(line.facility),
          .tag = std::string(tag ? tag->arg(0) : ""),
          .syntax = line.format == "rfc5424" ? "rfc5424" : "rfc3164"};
}

class Log {
 public:
  Log(const std::vector<Section>& sections, Draft& draft)
      : sections_(sections), draft_(draft), process_(process_of(draft)) {}

  void carry() {
    each_setting([&](const Section&, const Setting& setting) {
      if (setting.key == "log-tag" && !setting.negated) tag_ = &setting;
    });
    each_setting([&](const Section& section, const Setting& setting) {
      if (setting.key == "log" && !setting.negated && setting.arg(0) != "global")
        carry_line(section, setting);
    });
    each_setting([&](const Section& section, const Setting& setting) { carry_rest(section, setting); });
    carry_empty();
  }

 private:
  template <class Function>
  void each_setting(const Function& function) {
    for (const Section& section : sections_)
      for (const Setting& setting : section.own.settings)
        if (draft_.ledger.is_open(setting.id)) function(section, setting);
  }

  void carry_line(const Section& section, const Setting& setting) {
    if (section.is_proxy()) return process_.refuse(setting, of_process);
    const LogLine line = parts_of(setting);
    const auto level = level_of(line.level);
    if (level.empty()) return process_.refuse(setting, "duplexd has no such level; see log.level");
    if (level_ && *level_ != level) return process_.refuse(setting, alike);
    const auto output = output_of(line, tag_);
    carry_output(process_, output, setting);
    if (level != level_of("")) process_.set("log.level", level, setting);
    if (line.left == "sample") process_.remark(setting, "all records are written; see log.sample");
    if (line.left == "profile")
      process_.remark(setting, "duplexd has no profiles of its log; see log.fields");
    if (line.level == "notice")
      process_.remark(setting, "session records are not in it; log.level: info has them");
    if (tag_ && !output.tag.empty()) process_.carry(*tag_);
    level_ = level;
  }

  /// What asks for the log that duplexd writes anyway, once there is one.
  void carry_rest(const Section& section, const Setting& setting) {
    const bool asks = (setting.key == "log" && setting.arg(0) == "global") || setting.key == "option tcplog";
    const bool is_of_proxies = section.is_proxy() || section.kind() == "defaults";
    if (level_ && asks && is_of_proxies) process_.carry(setting);
  }

  /// Only if all that listen want it.
  void carry_empty() {
    std::vector<const Setting*> found;
    for (const Section& section : sections_) {
      if (!section.is_proxy() || !section.listens() || section.speaks_http()) continue;
      const Setting* const option = section.all.last("option dontlognull");
      if (!option) return;
      found.push_back(option);
    }
    for (const Setting* const option : found) process_.set("log.empty", "off", *option);
  }

  const std::vector<Section>& sections_;
  Draft& draft_;
  Target process_;
  const Setting* tag_ = nullptr;
  std::optional<std::string_view> level_{};  // of what is carried
};

}  // namespace

void carry_log(const std::vector<Section>& sections, Draft& draft) { Log(sections, draft).carry(); }

}  // namespace duplexd::importing::haproxy
