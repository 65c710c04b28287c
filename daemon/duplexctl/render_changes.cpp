// The text of the changes of a reload or of a plan.
#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/table.hpp"

#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

/// The classes of changes, in the order of their output.
struct Class {
  std::string_view name;
  std::string_view label;
};
constexpr std::array classes{Class{"live", "at once"}, Class{"new_sessions", "new sessions only"},
                             Class{"rebind", "listening sockets"}, Class{"restart", "next restart"}};

std::string value_text(const json::value& value) {
  return value.is_null() ? "(none)" : printable(value.as_string());
}

std::string sessions_text(std::int64_t count) {
  return count == 1 ? "1 live session" : fmt::format("{} live sessions", count);
}

std::string effect_text(std::string_view name, const json::value& change) {
  const auto count = change.at("live_sessions").to_number<std::int64_t>();
  if (count == 0 || name == "restart") return {};
  const bool one = count == 1;
  if (name == "live") return fmt::format("({} too)", sessions_text(count));
  const json::value& before = change.at("before");
  if (name == "new_sessions" && !before.is_null()) {
    return fmt::format("({} {} {})", sessions_text(count), one ? "keeps" : "keep", value_text(before));
  }
  return fmt::format("({} {} on)", sessions_text(count), one ? "goes" : "go");
}

Table::Row row_of(const Class& reach, const json::value& change) {
  return {std::string(reach.label), printable(change.at("path").as_string()),
          fmt::format("{} -> {}", value_text(change.at("before")), value_text(change.at("after"))),
          effect_text(reach.name, change)};
}

std::vector<Table::Row> rows_of(const json::array& changes) {
  std::vector<Table::Row> rows;
  for (const Class& reach : classes) {
    for (const json::value& change : changes) {
      if (std::string_view(change.at("class").as_string()) == reach.name)
        rows.push_back(row_of(reach, change));
    }
  }
  if (rows.size() != changes.size()) throw std::invalid_argument("a change of an unknown class");
  return rows;
}

std::string changes_text(const json::array& changes) {
  const std::vector<Table::Row> rows = rows_of(changes);
  if (rows.empty()) return {};
  Table table(rows.front());
  for (std::size_t i = 1; i < rows.size(); ++i) table.add(rows[i]);
  return table.to_string();
}

/// What a reload does that is no change of a value. An older duplexd does not say.
std::string beside_text(const json::value& answer) {
  const json::value* const beside = answer.as_object().if_contains("beside");
  std::string text;
  if (!beside) return text;
  for (const json::value& each : beside->as_array()) text += printable(each.as_string()) + '\n';
  return text;
}

/// An older duplexd has none.
std::string kept_weights_text(const json::value& answer) {
  const json::value* const kept = answer.as_object().if_contains("kept_weights");
  std::string text;
  if (!kept) return text;
  for (const json::value& each : kept->as_array()) {
    const std::string upstream = printable(each.at("upstream").as_string());
    const std::string endpoint = printable(each.at("endpoint").as_string());
    text += fmt::format(
        "{} of upstream {} keeps the operator's weight {}, the file says {}; to go by the file: "
        "duplexctl endpoint weight {} {}\n",
        endpoint, upstream, each.at("weight").to_number<unsigned>(),
        each.at("configured_weight").to_number<unsigned>(), upstream, endpoint);
  }
  return text;
}

}  // namespace

std::string joined(const json::value& words) {
  return printable(fmt::format("{}", fmt::join(json::value_to<std::vector<std::string>>(words), ", ")));
}

std::string plan_text(const json::value& answer) {
  const std::string changes = changes_text(answer.at("changes").as_array()) + beside_text(answer);
  return (changes.empty() ? "a reload would change nothing\n" : changes) + kept_weights_text(answer);
}

std::string reload_text(const json::value& answer) {
  const std::string pending = joined(answer.at("pending_restart"));
  return fmt::format("{}, generation {}\n{}{}{}{}", printable(answer.at("result").as_string()),
                     answer.at("generation").to_number<std::uint64_t>(),
                     changes_text(answer.at("changes").as_array()), beside_text(answer),
                     kept_weights_text(answer),
                     pending.empty() ? "" : fmt::format("pending until the next restart: {}\n", pending));
}

std::string state_text(const json::value& answer) {
  const std::string_view state = answer.at("state").as_string();
  if (state == "paused") return "paused: new clients are refused, sessions go on\n";
  if (state == "serving") return "serving: clients are accepted\n";
  if (state == "stopping")
    return "stopping: the process ends once its sessions have, or the drain time is over\n";
  throw std::invalid_argument("an unknown state");
}

std::string upgrade_text(const json::value& answer) {
  const auto stayed = answer.at("stayed").to_number<std::uint64_t>();
  return fmt::format("upgraded: {} sessions go on in the new process{}\n",
                     answer.at("sessions").to_number<std::uint64_t>(),
                     stayed == 0 ? "" : fmt::format(", {} end in the old one", stayed));
}

static std::string fate_text(const char* way, const json::value& fate) {
  const auto count = [](const json::value& of, const char* key) {
    return of.at(key).to_number<std::uint64_t>();
  };
  std::string text = fmt::format("{}: {} sessions move", way, count(fate, "moves"));
  const json::array& stays = fate.at("stays").as_array();
  if (stays.empty()) return text + ", none stays\n";
  for (const json::value& each : stays)
    text += fmt::format("\n  {} stay: {}", count(each, "sessions"), printable(each.at("words").as_string()));
  return text + '\n';
}

std::string upgrade_plan_text(const json::value& answer) {
  return fate_text("upgrade", answer.at("upgrade")) + fate_text("restart", answer.at("restart"));
}

std::string problems_text(const json::value& answer) {
  std::string text;
  for (const json::value& problem : answer.at("problems").as_array()) {
    text += std::string_view(problem.as_string());
    if (text.empty() || text.back() != '\n') text += '\n';
  }
  return text;
}

}  // namespace duplexd::duplexctl
