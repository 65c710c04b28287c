#include "daemon/duplexctl/options.hpp"

#include "core/config/spelling/spelling.hpp"
#include "daemon/control/query.hpp"
#include "daemon/duplexctl/sessions/session_options.hpp"
#include "daemon/duplexctl/top/top_options.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <array>
#include <vector>

namespace duplexd::duplexctl {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

constexpr const char* words_of_commands =
    "status, top, metrics, recent, explain, reload, plan, upgrade, pause, resume, stop, sessions, "
    "who-is-slow, "
    "kill, endpoint or import";
constexpr std::array<std::string_view, 3> parameters{"upstream", "endpoint", "weight"};

po::options_description description() {
  po::options_description all;
  auto add = all.add_options();
  add("socket,s", po::value<std::string>())("json,j", po::bool_switch())("timeout", po::value<std::string>());
  add("version,V", po::bool_switch())("help,h", po::bool_switch())("upgrade", po::bool_switch());
  add("from", po::value<std::string>())("output,o", po::value<std::string>())("force", po::bool_switch());
  add("command", po::value<Words>());  // words that belong to no option
  add_session_options(all);
  add_top_options(all);
  return all;
}

po::variables_map parse(int argc, const char* const* argv) {
  namespace style = po::command_line_style;
  const po::options_description all = description();
  po::positional_options_description words;
  words.add("command", -1);
  po::command_line_parser parser(argc, argv);
  // An abbreviation that is unique today would break a script when an option is added.
  parser.options(all).positional(words).style(style::unix_style & ~style::allow_guessing);
  po::variables_map given;
  po::store(parser.run(), given);
  return given;
}

// These throw po::error for a value that is not accepted.

/// Takes the words of a command off `words`, and leaves those that follow it.
const Command& command_of(Words& words, bool of_upgrade) {
  std::string name = words[0];
  if (of_upgrade && name != "plan") throw po::error("--upgrade belongs to plan");
  if (of_upgrade) name += " --upgrade";
  const bool of_endpoint = name == "endpoint";
  if (of_endpoint && words.size() == 1)
    throw po::error(fmt::format("endpoint what: {}", words_of_endpoint_commands()));
  if (of_endpoint) name += ' ' + words[1];
  const Command* const command = find_command(name);
  if (!command) {
    throw po::error(fmt::format("'{}' is no command: {}", name,
                                of_endpoint ? words_of_endpoint_commands() : words_of_commands));
  }
  words.erase(words.begin(), words.begin() + (of_endpoint ? 2 : 1));
  return *command;
}

std::string target_of(const Command& command, const Words& names) {
  if (names.size() < command.least_names)
    throw po::error(fmt::format("{} needs the {}", command.word, parameters[names.size()]));
  if (names.size() > command.most_names)
    throw po::error(fmt::format("one command at a time, not also '{}'", names[command.most_names]));
  std::string target(command.target);
  for (std::size_t i = 0; i < names.size(); ++i)
    target += fmt::format("{}{}={}", i == 0 ? '?' : '&', parameters[i], percent_encoded(names[i]));
  return target;
}

std::chrono::milliseconds timeout_of(const std::string& text) {
  const auto spelling = duration(std::chrono::milliseconds(1), std::chrono::hours(24));
  const auto timeout = spelling.parse(text);
  if (timeout) return *timeout;
  throw po::error(
      fmt::format("--timeout '{}' {}: write {}", text, timeout.error().what, spelling.form.expected));
}

std::size_t count_of(const std::string& text) {
  const auto spelling = number(std::size_t{1}, std::size_t{1'000'000});
  const auto count = spelling.parse(text);
  if (count) return *count;
  throw po::error(fmt::format("--count '{}' {}: write {}", text, count.error().what, spelling.form.range));
}

std::string socket_of(const std::string& path) {
  if (path.starts_with('/') || path.starts_with('@')) return path;
  throw po::error(
      fmt::format("--socket '{}' is neither an absolute path nor @NAME of an abstract socket", path));
}

ImportRequest import_of(const po::variables_map& given, const Words& words) {
  if (words.size() < 2) throw po::error("import what: a haproxy.cfg, nginx.conf or rinetd.conf");
  if (words.size() > 2) throw po::error(fmt::format("one file at a time, not also '{}'", words[2]));
  ImportRequest request{
      .file = words[1], .force = given["force"].as<bool>(), .json = given["json"].as<bool>()};
  if (given.count("output") != 0) request.output = given["output"].as<std::string>();
  if (given.count("from") == 0) return request;
  request.from = importing::syntax_named(given["from"].as<std::string>());
  if (!request.from) throw po::error("--from is haproxy, nginx or rinetd");
  return request;
}

void refuse_options_of_import(const po::variables_map& given) {
  if (given.count("from") != 0 || given.count("output") != 0 || given["force"].as<bool>())
    throw po::error("--from, --output and --force belong to import");
}

TopRequest top_of(const po::variables_map& given, const Words& words) {
  if (words.size() > 1) throw po::error(fmt::format("one command at a time, not also '{}'", words[1]));
  if (given["upgrade"].as<bool>()) throw po::error("--upgrade belongs to plan");
  TopRequest request = top_request(given);
  request.socket = default_socket;
  if (given.count("socket") != 0) request.socket = socket_of(given["socket"].as<std::string>());
  if (given.count("count") != 0) request.frames = count_of(given["count"].as<std::string>());
  if (given.count("timeout") != 0) request.timeout = timeout_of(given["timeout"].as<std::string>());
  return request;
}

Options to_options(const po::variables_map& given) {
  Options options;
  if (given["help"].as<bool>()) return {.action = Options::Action::help};
  if (given["version"].as<bool>()) return {.action = Options::Action::version};
  if (given.count("command") == 0)
    throw po::error(fmt::format("a command is missing: {}", words_of_commands));
  Words words = given["command"].as<Words>();
  if (words[0] == "import")
    return {.action = Options::Action::import, .import_request = import_of(given, words)};
  refuse_options_of_import(given);
  if (words[0] == "top") {
    refuse_session_options("top", given);
    return {.action = Options::Action::top, .top_request = top_of(given, words)};
  }
  refuse_top_options(given);
  options.command = &command_of(words, given["upgrade"].as<bool>());
  refuse_session_options(options.command->word, given);
  if (is_about_sessions(options.command->word)) {
    options.ids = ids_of(*options.command, words);
    options.target = session_target(*options.command, given);
  } else {
    options.target = target_of(*options.command, words);
  }
  if (given.count("socket") != 0) options.socket = socket_of(given["socket"].as<std::string>());
  if (given.count("count") != 0) options.most = count_of(given["count"].as<std::string>());
  if (given.count("timeout") != 0) options.timeout = timeout_of(given["timeout"].as<std::string>());
  options.json = given["json"].as<bool>();
  if (options.json && !options.command->render) options.target += "?format=json";
  return options;
}

}  // namespace

Parsed<Options> parse_options(int argc, const char* const* argv) {
  try {
    return to_options(parse(argc, argv));
  } catch (const po::error& error) {
    return ParseError{error.what()};
  }
}

std::string help_text() {
  return R"(Usage: duplexctl [--socket PATH] [--json] [--timeout TIME] COMMAND
       duplexctl import [--from SYNTAX] [--output FILE [--force]] FILE

Asks the running duplexd through its control socket.

Commands:
  status    show state, listeners and upstreams
  top [--view VIEW] [--sort COLUMN] [--filter TEXT] [--interval SECONDS] [--count N] [--batch]
            show sessions, listeners, endpoints and workers with their rates, again and again
  metrics   print what is counted, for Prometheus
  recent [--listener NAME] [--count N]    show the last sessions that ended, and those that connected slowly
  explain --listener NAME --source ADDRESS[:PORT] [--sni NAME] [--port N] [--proxied]
            say what would happen to such a client now, and why; send nothing
  plan      show what a reload would change, and for which sessions; change nothing
  plan --upgrade    show how many sessions an upgrade or a restart would move, and which would stay, and why
  reload    apply the configuration file; wait until it is in force or refused
  upgrade   put a new process of the program in the place of this one; sessions go on
  pause     refuse new clients, keep sessions
  resume    accept clients again
  stop      end the process once its sessions have ended, or timeouts.drain is over
  sessions [FILTER] [--tcp] [--count N]         list live sessions, with what each direction waits for
  who-is-slow [FILTER] [--count N]              name who holds sessions up, with the evidence
  kill ID... | FILTER [--rate N] [--dry-run]    end sessions, 1000 a second unless --rate says otherwise
  endpoint list [UPSTREAM]                      show who is up, since when, and why not
  endpoint drain UPSTREAM ENDPOINT              no new sessions; on_drained says what becomes of the others
  endpoint disable UPSTREAM ENDPOINT            as if it were down: on_down says what becomes of its sessions
  endpoint enable UPSTREAM ENDPOINT             undo drain and disable, and forget its failures
  endpoint weight UPSTREAM ENDPOINT [WEIGHT]    set its weight, or go back to that of the file
  endpoint check UPSTREAM ENDPOINT              check it now
  import FILE    write what duplexd does in place of a haproxy.cfg, nginx.conf or rinetd.conf; ask no process

Filters of sessions, of which all have to apply:
  --listener NAME, --upstream NAME, --endpoint NAME    as in the configuration file
  --source CIDR       the client's address lies in it: 10.0.0.0/8
  --state STATE       greeting, waiting_turn, dialling, waiting_room, introducing, relaying or half_closed
  --min-age TIME      it began so long ago: 90s, 2h
  --min-idle TIME     no byte has moved for so long
  --min-bytes SIZE    it has carried so much: 10MiB

Options:
  -n, --count N       of sessions, who-is-slow and recent: no more than these (default: all, 10, all);
                      of top: end after so many frames
      --tcp           of sessions: what the sockets say, too
      --sni NAME      of explain: the client speaks TLS and asks for this name; "": for none
      --port N        of explain: the port of the listener that the client comes to (default: its first)
      --proxied       of explain: a proxy in front says in a PROXY header that this is the client
  -s, --socket PATH   control socket (default: /run/duplexd/control.sock)
  -j, --json          print the answer as JSON, as it came
      --interval SECONDS  of top: from frame to frame (default: 2)
  -b, --batch         of top: write frames as text, without a terminal; one unless --count says otherwise
      --view VIEW     of top: sessions, listeners, endpoints or workers
      --sort COLUMN   of top: such as downstream_rate or stalled
      --filter TEXT   of top: only rows with this text
      --from SYNTAX   of import: the file is of haproxy, nginx or rinetd
  -o, --output FILE   of import: write to this file, which is not there yet
      --force         of import: replace the output if it is there
      --timeout TIME  give up after 30s, 5m, ... (default: 60s)
  -V, --version       print the version
  -h, --help          print this text

Exit status:
  0    success
  1    import: carried in part
  64   bad options
  65   import: the file is not understood, or nothing of it can be carried
  66   there is no such upstream or endpoint, or it cannot be done to this one; import: no such file
  69   the control socket cannot be reached
  70   an answer that is not understood
  71   the operating system refuses a descriptor
  73   import: the output is there already, or cannot be written
  74   the answer cannot be written to standard output
  75   no answer in time, or the daemon is too busy: try again
  78   the configuration is refused

See duplexctl(1).
)";
}

}  // namespace duplexd::duplexctl
