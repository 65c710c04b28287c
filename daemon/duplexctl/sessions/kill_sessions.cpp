#include "daemon/duplexctl/sessions/kill_sessions.hpp"

#include "core/config/spelling/wording.hpp"
#include "daemon/control/query.hpp"
#include "daemon/control/sessions/session_request.hpp"
#include "daemon/process.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sysexits.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using Ids = std::vector<std::uint64_t>;

struct Killed {
  std::uint64_t matched = 0, ended = 0;
  bool dry_run = false;

  void add(const json::value& answer) {
    matched += answer.at("matched").to_number<std::uint64_t>();
    ended += answer.at("ended").to_number<std::uint64_t>();
    dry_run = answer.at("dry_run").as_bool();
  }
  Reply as_reply() const {
    return {200, json::serialize(json::object{{"matched", matched}, {"ended", ended}, {"dry_run", dry_run}})};
  }
  std::string before_failure() const {
    return ended == 0 ? "" : fmt::format("duplexctl: {} sessions had been ended before\n", ended);
  }
};

std::uint64_t id_of(const std::string& text) {
  std::uint64_t id = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, id, 16);
  if (error == std::errc() && end == last) return id;
  throw Failure(EX_USAGE, fmt::format("duplexctl: error: {} is no id of a session\n", in_quotes(text)));
}

Ids distinct(const std::vector<std::string>& words) {
  Ids ids;
  std::ranges::transform(words, std::back_inserter(ids), id_of);
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::string target_with(const std::string& target, std::span<const std::uint64_t> ids) {
  std::vector<std::string> words;
  std::ranges::transform(ids, std::back_inserter(words), session_id_text);
  const char mark = target.find('?') == target.npos ? '?' : '&';
  return fmt::format("{}{}ids={}", target, mark, fmt::join(words, ","));
}

Reply ask_in_time(const Options& options, const std::string& target, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return exchange(options.socket, options.command->method, target,
                  std::max(left, std::chrono::milliseconds(1)));
}

}  // namespace

Outcome kill_sessions(const Options& options) {
  const auto deadline = Clock::now() + options.timeout;
  if (options.ids.empty())
    return understand(*options.command, ask_in_time(options, options.target, deadline), options.json);
  const Ids ids = distinct(options.ids);
  Killed all;
  try {
    for (std::span<const std::uint64_t> rest(ids); !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), ids_of_request));
      rest = rest.subspan(some.size());
      const Reply reply = ask_in_time(options, target_with(options.target, some), deadline);
      Outcome outcome = understand(*options.command, reply, options.json);
      outcome.err += all.before_failure();
      if (outcome.exit_code != EX_OK) return outcome;
      all.add(json::parse(reply.body));
    }
  } catch (const Failure& failure) {
    throw Failure(failure.exit_code, failure.what() + all.before_failure());
  }
  return understand(*options.command, all.as_reply(), options.json);
}

}  // namespace duplexd::duplexctl
