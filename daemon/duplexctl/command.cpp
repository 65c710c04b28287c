#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/options.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace duplexd::duplexctl {

namespace {

constexpr std::string_view endpoint_prefix = "endpoint ";

constexpr Command commands[] = {
    {"status", "GET", "/v1/status", status_text},
    {"metrics", "GET", "/v1/metrics", nullptr},
    {"recent", "GET", "/v1/recent", recent_text},
    {"explain", "GET", "/v1/explain", explain_text},
    {"plan", "GET", "/v1/plan", plan_text},
    {"plan --upgrade", "GET", "/v1/plan/upgrade", upgrade_plan_text},
    {"reload", "POST", "/v1/reload", reload_text},
    {"upgrade", "POST", "/v1/upgrade", upgrade_text},
    {"pause", "POST", "/v1/pause", state_text},
    {"resume", "POST", "/v1/resume", state_text},
    {"stop", "POST", "/v1/stop", state_text},
    {"sessions", "GET", "/v1/sessions", sessions_text},
    {"who-is-slow", "GET", "/v1/sessions/slow", slow_text},
    {"kill", "POST", "/v1/kill", kill_text},
    {"endpoint list", "GET", "/v1/endpoints", endpoints_text, 0, 1},
    {"endpoint drain", "POST", "/v1/endpoints/drain", endpoint_text, 2, 2},
    {"endpoint disable", "POST", "/v1/endpoints/disable", endpoint_text, 2, 2},
    {"endpoint enable", "POST", "/v1/endpoints/enable", endpoint_text, 2, 2},
    {"endpoint weight", "POST", "/v1/endpoints/weight", endpoint_text, 2, 3},
    {"endpoint check", "POST", "/v1/endpoints/check", endpoint_text, 2, 2},
};

}  // namespace

const Command* find_command(std::string_view word) noexcept {
  if (word == "drain") word = "pause";  // its name in earlier releases
  const auto command = std::find_if(std::begin(commands), std::end(commands),
                                    [&](const Command& each) { return each.word == word; });
  return command == std::end(commands) ? nullptr : command;
}

std::string words_of_endpoint_commands() {
  std::vector<std::string_view> words;
  for (const Command& command : commands)
    if (command.word.starts_with(endpoint_prefix))
      words.push_back(command.word.substr(endpoint_prefix.size()));
  return either_of(words);
}

}  // namespace duplexd::duplexctl
