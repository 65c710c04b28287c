#include "daemon/duplexctl/sessions/session_options.hpp"

#include "daemon/control/query.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace duplexd::duplexctl {
namespace {

namespace po = boost::program_options;

enum class With { value, nothing };

struct SessionOption {
  const char* name;      ///< as it is added
  std::string_view key;  ///< of what was given
  std::string_view parameter;
  std::string_view of;  ///< the commands that take it
  With with = With::value;
};

constexpr std::string_view live = "sessions, who-is-slow and kill";

constexpr SessionOption options[] = {
    {"listener", "listener", "listener", "sessions, who-is-slow, kill, recent and explain"},
    {"upstream", "upstream", "upstream", live},
    {"endpoint", "endpoint", "endpoint", live},
    {"source", "source", "source", "sessions, who-is-slow, kill and explain"},
    {"sni", "sni", "sni", "explain"},
    {"port", "port", "port", "explain"},
    {"proxied", "proxied", "proxied", "explain", With::nothing},
    {"state", "state", "state", live},
    {"min-age", "min-age", "min_age", live},
    {"min-idle", "min-idle", "min_idle", live},
    {"min-bytes", "min-bytes", "min_bytes", live},
    {"count,n", "count", "limit", "sessions, who-is-slow, recent and top"},
    {"tcp", "tcp", "tcp", "sessions", With::nothing},
    {"rate", "rate", "rate", "kill"},
    {"dry-run", "dry-run", "dry_run", "kill", With::nothing},
};

bool is_given(const SessionOption& option, const po::variables_map& given) {
  const po::variable_value& value = given[std::string(option.key)];
  return !value.empty() && !(option.with == With::nothing && !value.as<bool>());
}

bool belongs(const SessionOption& option, std::string_view command) {
  return (is_about_sessions(command) || command == "top") && option.of.find(command) != option.of.npos;
}

std::string value_of(const SessionOption& option, const po::variables_map& given) {
  return option.with == With::nothing ? "true" : given[std::string(option.key)].as<std::string>();
}

}  // namespace

void add_session_options(po::options_description& all) {
  for (const SessionOption& option : options) {
    if (option.with == With::nothing) {
      all.add_options()(option.name, po::bool_switch());
    } else {
      all.add_options()(option.name, po::value<std::string>());
    }
  }
}

bool is_about_sessions(std::string_view command) {
  return command == "sessions" || command == "who-is-slow" || command == "kill" || command == "recent" ||
         command == "explain";
}

std::vector<std::string> ids_of(const Command& command, const std::vector<std::string>& words) {
  if (!words.empty() && command.word != "kill")
    throw po::error(fmt::format("one command at a time, not also '{}'", words.front()));
  std::vector<std::string> ids;
  for (std::string_view rest : words)
    for (bool has_more = true; has_more;) {
      const std::size_t comma = rest.find(',');
      ids.emplace_back(rest.substr(0, comma));
      has_more = comma != rest.npos;
      if (has_more) rest.remove_prefix(comma + 1);
    }
  return ids;
}

std::string session_target(const Command& command, const po::variables_map& given) {
  for (const char* const needed : {"listener", "source"})
    if (command.word == "explain" && given.count(needed) == 0)
      throw po::error(fmt::format("explain needs --{}", needed));
  std::vector<std::string> query;
  for (const SessionOption& option : options) {
    const bool is_for_pages = option.parameter == "limit" && command.word == "sessions";
    if (is_given(option, given) && !is_for_pages)
      query.push_back(fmt::format("{}={}", option.parameter, percent_encoded(value_of(option, given))));
  }
  return fmt::format("{}{}{}", command.target, query.empty() ? "" : "?", fmt::join(query, "&"));
}

void refuse_session_options(std::string_view command, const po::variables_map& given) {
  for (const SessionOption& option : options) {
    if (!is_given(option, given) || belongs(option, command)) continue;
    throw po::error(fmt::format("--{} belongs to {}", option.key, option.of));
  }
}

}  // namespace duplexd::duplexctl
