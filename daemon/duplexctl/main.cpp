#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/exchange.hpp"
#include "daemon/duplexctl/import/import_command.hpp"
#include "daemon/duplexctl/options.hpp"
#include "daemon/duplexctl/sessions/kill_sessions.hpp"
#include "daemon/duplexctl/sessions/list_sessions.hpp"
#include "daemon/duplexctl/top/top_command.hpp"
#include "daemon/process.hpp"

#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <sysexits.h>

namespace duplexd::duplexctl {
namespace {

Options options_of(int argc, const char* const* argv) {
  auto options = parse_options(argc, argv);
  if (options) return std::move(*options);
  throw Failure(EX_USAGE, fmt::format("duplexctl: error: {}; duplexctl --help shows the options\n",
                                      printable(options.error().what)));
}

Outcome outcome_of(const Options& options) {
  switch (options.action) {
    case Options::Action::help:
      return {.out = help_text()};
    case Options::Action::version:
      return {.out = fmt::format("duplexctl {}\n", program_version)};
    case Options::Action::import:
      return run_import(options.import_request);
    case Options::Action::top:
      return run_top(options.top_request);
    case Options::Action::ask:
      break;
  }
  const Command& command = *options.command;
  if (command.word == "sessions") return list_sessions(options);
  if (command.word == "kill") return kill_sessions(options);
  return understand(command, exchange(options.socket, command.method, options.target, options.timeout),
                    options.json);
}

int finish(const Outcome& outcome) {
  const int error = print(outcome.out);
  print_error(outcome.err);
  if (error == 0) return outcome.exit_code;
  print_error(fmt::format("duplexctl: error: {}\n", output_failed(error)));
  return EX_IOERR;
}

int run(int argc, const char* const* argv) {
  try {
    return finish(outcome_of(options_of(argc, argv)));
  } catch (const Failure& failure) {
    return finish({.exit_code = failure.exit_code, .err = failure.what()});
  } catch (const boost::system::system_error& error) {
    return finish({.exit_code = EX_OSERR, .err = fmt::format("duplexctl: error: {}\n", error.what())});
  } catch (const std::exception& error) {
    return finish(
        {.exit_code = EX_SOFTWARE, .err = fmt::format("duplexctl: error: unexpected: {}\n", error.what())});
  }
}

}  // namespace
}  // namespace duplexd::duplexctl

int main(int argc, char** argv) { return duplexd::duplexctl::run(argc, argv); }
