#include "tests/bench/load/plan.hpp"

#include "tests/bench/load/exchange.hpp"
#include "tests/bench/sockets.hpp"

#include <stdexcept>
#include <string>

namespace duplexd::bench {

namespace {

Tls read_tls(const std::vector<std::string_view>& given) {
  if (given.empty()) return Tls::none;
  if (given == std::vector<std::string_view>{"full"}) return Tls::full;
  if (given == std::vector<std::string_view>{"resumed"}) return Tls::resumed;
  throw std::runtime_error("--tls is full or resumed");
}

}  // namespace

Plan read_plan(const Arguments& arguments) {
  Plan plan{.to = parse_address(arguments.text("--to")),
            .sessions = arguments.number<std::size_t>("--sessions", 1, 1),
            .rate = arguments.number("--rate", 0.0, 0.001),
            .seconds = arguments.number("--seconds", 2.0, 0.001),
            .warm_up = arguments.number("--warm-up", 0.5, 0.0),
            .count = arguments.number<std::uint64_t>("--count", 0, 1),
            .bytes = arguments.number<std::size_t>("--bytes", 64, 1),
            .cpu_of = {},
            .tls = read_tls(arguments.all("--tls"))};
  for (const auto text : arguments.all("--cpu-of"))
    plan.cpu_of.push_back(Arguments::to_number<pid_t>("--cpu-of", text, 1));
  if (plan.bytes > largest_message)
    throw std::runtime_error("--bytes is at most " + std::to_string(largest_message));
  return plan;
}

}  // namespace duplexd::bench
