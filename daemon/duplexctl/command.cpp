#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/options.hpp"

#include <algorithm>
#include <iterator>

namespace duplexd::duplexctl {

namespace {
constexpr Command commands[] = {
    {"status", "GET", "/v1/status", status_text},  {"plan", "GET", "/v1/plan", plan_text},
    {"reload", "POST", "/v1/reload", reload_text}, {"pause", "POST", "/v1/pause", state_text},
    {"resume", "POST", "/v1/resume", state_text},  {"stop", "POST", "/v1/stop", state_text},
};
}

const Command* find_command(std::string_view word) noexcept {
  if (word == "drain") word = "pause";  // its name in earlier releases
  const auto command = std::find_if(std::begin(commands), std::end(commands),
                                    [&](const Command& each) { return each.word == word; });
  return command == std::end(commands) ? nullptr : command;
}

}  // namespace duplexd::duplexctl
