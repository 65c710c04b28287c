#include "daemon/cli/options.hpp"

#include <boost/program_options.hpp>

namespace duplexd {
namespace {

namespace po = boost::program_options;
using Action = Options::Action;

po::options_description description() {
  const auto text = [] { return po::value<std::string>(); };
  po::options_description all;
  auto add = all.add_options();
  add("config,c", text())("listen", text())("upstream", po::value<std::vector<std::string>>());
  add("check,t", po::bool_switch())("verbose", po::bool_switch())("probe", po::bool_switch())(
      "dump-config,T", po::bool_switch());
  add("log-level", text())("log-format", text());
  add("version,V", po::bool_switch())("build-info", po::bool_switch())("help,h", po::bool_switch());
  return all;
}

po::variables_map parse(int argc, const char* const* argv) {
  namespace style = po::command_line_style;
  const po::options_description all = description();
  const po::positional_options_description none;
  // An abbreviation that is unique today would break a script when an option is added.
  po::command_line_parser parser(argc, argv);
  parser.options(all).positional(none).style(style::unix_style & ~style::allow_guessing);
  po::variables_map given;
  po::store(parser.run(), given);
  return given;
}

Action action_of(const po::variables_map& given) {
  if (given["help"].as<bool>()) return Action::help;
  if (given["version"].as<bool>()) return Action::version;
  if (given["build-info"].as<bool>()) return Action::build_info;
  if (given["dump-config"].as<bool>()) return Action::dump_config;
  return given["check"].as<bool>() ? Action::check : Action::run;
}

/// The problem of a combination of options; "" if it is right.
std::string conflict_in(const po::variables_map& given) {
  const bool listens = given.count("listen") != 0, dials = given.count("upstream") != 0;
  if (given.count("config") != 0 && (listens || dials)) {
    return "--config and --listen exclude each other: put the listener into the file, or leave the file out";
  }
  if (listens && !dials) return "--listen needs --upstream ADDR, the address to connect its clients to";
  if (listens && given["dump-config"].as<bool>())
    return "--dump-config needs a file: without one, all is default";
  if (given["verbose"].as<bool>() && action_of(given) != Action::check)
    return "--verbose needs --check, of which it shows more";
  if (given["probe"].as<bool>() && action_of(given) != Action::check)
    return "--probe needs --check, after which it tries what could fail at run time";
  if (dials && !listens) return "--upstream needs --listen ADDR, the address where its clients connect";
  return {};
}

template <class Value>
struct Choice {
  std::string_view word;
  Value value;
};

constexpr Choice<LogLevel> levels[] = {{"error", LogLevel::error},
                                       {"warning", LogLevel::warning},
                                       {"info", LogLevel::info},
                                       {"debug", LogLevel::debug}};
constexpr Choice<LogFormat> formats[] = {{"auto", LogFormat::automatic},
                                         {"logfmt", LogFormat::logfmt},
                                         {"json", LogFormat::json},
                                         {"journald", LogFormat::journald}};

/// Throws po::error for an unknown word.
template <class Value, std::size_t n>
std::optional<Value> choice(const po::variables_map& given, const char* option,
                            const Choice<Value> (&words)[n]) {
  if (given.count(option) == 0) return std::nullopt;
  const auto& text = given[option].as<std::string>();
  std::string expected;
  for (const auto& [word, value] : words) {
    if (word == text) return value;
    expected.append(expected.empty() ? "" : ", ").append(word);
  }
  throw po::error("--" + std::string(option) + " '" + text + "' is not one of " + expected);
}

Options to_options(const po::variables_map& given) {
  const auto text = [&](const char* option, const char* otherwise) {
    return given.count(option) != 0 ? given[option].as<std::string>() : std::string(otherwise);
  };
  Options options;
  options.action = action_of(given);
  options.verbose = given["verbose"].as<bool>();
  options.probe = given["probe"].as<bool>();
  options.config_file = text("config", DUPLEXD_CONFIG_FILE);
  options.listen = text("listen", "");
  if (given.count("upstream") != 0) options.upstreams = given["upstream"].as<std::vector<std::string>>();
  options.log_level = choice(given, "log-level", levels);
  options.log_format = choice(given, "log-format", formats);
  return options;
}

}  // namespace

Parsed<Options> parse_options(int argc, const char* const* argv) {
  try {
    const po::variables_map given = parse(argc, argv);
    if (std::string conflict = conflict_in(given); !conflict.empty()) return ParseError{std::move(conflict)};
    return to_options(given);
  } catch (const po::too_many_positional_options_error&) {
    return ParseError{
        "an argument that belongs to no option; a configuration file is given as --config FILE"};
  } catch (const po::error& error) {
    return ParseError{error.what()};
  }
}

}  // namespace duplexd
