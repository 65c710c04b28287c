#include "core/config/spelling/wording.hpp"
#include "core/tls/wall_time.hpp"
#include "daemon/admin/admin_check.hpp"
#include "daemon/cli/check_report.hpp"
#include "daemon/cli/check_sockets.hpp"
#include "daemon/cli/check_tls.hpp"
#include "daemon/cli/options.hpp"
#include "daemon/configuration.hpp"
#include "daemon/daemon.hpp"
#include "daemon/handover/preparation.hpp"
#include "daemon/handover/start_program.hpp"
#include "daemon/log/output/open_log.hpp"
#include "daemon/probe/probe.hpp"
#include "daemon/process.hpp"
#include "daemon/systemd/socket_store.hpp"
#include "daemon/systemd/watchdog.hpp"

#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>

namespace duplexd {
namespace {

/// How the process was started.
struct Program {
  ProgramStart start;
  FileDescriptor predecessor;  ///< the way to the process that it is to serve instead of
};

std::string error_text(std::string_view what) { return fmt::format("duplexd: error: {}\n", what); }

void print_whole(std::string_view text) {
  if (const int error = print(text)) throw Failure(EX_IOERR, error_text(output_failed(error)));
}

Options options_of(int argc, const char* const* argv) {
  auto options = parse_options(argc, argv);
  if (!options) {
    throw Failure(EX_USAGE,
                  error_text(printable(options.error().what) + "; duplexd --help shows the options"));
  }
  return std::move(*options);
}

/// The way to the process that this one is to serve instead of; none: there is no such process.
FileDescriptor take_predecessor() {
  const auto number = process_environment()(predecessor_variable);
  ::unsetenv(predecessor_variable);
  FileDescriptor channel(number ? std::atoi(number->c_str()) : -1);
  if (channel) ::fcntl(channel.get(), F_SETFD, FD_CLOEXEC);
  return channel;
}

InheritedSockets take_inherited_sockets() {
  auto sockets = inherited_sockets(process_environment(), ::getpid());
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  if (!sockets) throw Failure(EX_OSERR, error_text(sockets.error().what));
  return std::move(*sockets);
}

void serve(Program& program, const Options& options, LoadedConfig loaded) {
  const Environment environment = process_environment();
  const LogFormat format = choose_format(options.log_format.value_or(loaded.config->log.format),
                                         environment("JOURNAL_STREAM"), STDERR_FILENO);
  DaemonSetup setup{.open_log = open_log(format, STDERR_FILENO, loaded.config->log.outputs),
                    .log_level = options.log_level,
                    .notify_socket = environment("NOTIFY_SOCKET"),
                    .watchdog = watchdog_interval(environment, ::getpid()),
                    .inherited = take_inherited_sockets(),
                    .program = program.start,
                    .predecessor = program.predecessor.get()};
  if (program.predecessor) setup.preparation = receive_preparation(program.predecessor.get());
  Daemon daemon(source_of(options, environment), std::move(loaded), std::move(setup));
  program.predecessor.reset();
  daemon.run();
}

void report_ok(const Options& options, const Config& config) {
  print_whole(name_of_configuration(options) + ": ok\n");
  const std::string warnings = check_warnings(config) + tls_warnings(config) + socket_warning_text(config);
  if (!warnings.empty()) print_error(warnings);
}

void report_probe(const Options& options, const std::shared_ptr<const Config>& config,
                  const EffectiveLimits& limits) {
  const auto verdicts = probe(config, limits, wall_time());
  print_whole(probe_text(name_of_configuration(options), verdicts));
  if (has_failed(verdicts)) throw Failure(EX_CONFIG, "");
}

void check_files(const LoadedConfig& loaded) {
  const std::string problems = tls_problems(loaded, wall_time()) + password_problems(loaded) +
                               admin_problems(loaded) + socket_problems(loaded);
  if (!problems.empty()) throw Failure(EX_CONFIG, problems);
}

void use_config(Program& program, const Options& options) {
  LoadedConfig loaded = load(options, process_environment());
  const EffectiveLimits limits = effective_limits(*loaded.config);
  const bool check = options.action == Options::Action::check;
  if (check) check_files(loaded);
  if (check) print_whole((options.verbose ? check_report : check_summary)(*loaded.config, limits));
  if (!limits.sessions_fit && !options.probe)
    throw Failure(EX_OSERR, error_text(sessions_do_not_fit(limits)));
  if (check) report_ok(options, *loaded.config);
  if (check) return options.probe ? report_probe(options, loaded.config, limits) : void();
  if (options.action == Options::Action::dump_config) return print_whole(dump_config(loaded.effective));
  reserve_descriptors(limits.descriptors);
  serve(program, options, std::move(loaded));
}

void perform(Program& program, const Options& options) {
  end_on_signals(options.action == Options::Action::run);
  switch (options.action) {
    case Options::Action::help:
      return print_whole(help_text());
    case Options::Action::version:
      return print_whole(fmt::format("duplexd {}\n", program_version));
    case Options::Action::build_info:
      return print_whole(build_info());
    default:
      return use_config(program, options);
  }
}

int exit_code_of(StartError::Kind kind) noexcept {
  switch (kind) {
    case StartError::Kind::system:
      return EX_OSERR;
    case StartError::Kind::permission:
      return EX_NOPERM;
    case StartError::Kind::config:
      return EX_CONFIG;
  }
  return EX_OSERR;
}

int fail(const Program& program, int exit_code, std::string_view text) {
  print_error(text);
  if (program.predecessor) (void)HandoverChannel::send(program.predecessor.get(), handover::failed, text);
  return exit_code;
}

int run(int argc, const char* const* argv) {
  Program program{.start = own_start(argc, argv), .predecessor = take_predecessor()};
  try {
    prepare_process();
    perform(program, options_of(argc, argv));
    return EX_OK;
  } catch (const Failure& failure) {
    return fail(program, failure.exit_code, failure.what());
  } catch (const StartError& error) {
    return fail(program, exit_code_of(error.kind), error_text(error.what()));
  } catch (const std::system_error& error) {
    return fail(program, EX_OSERR, error_text(error.what()));
  } catch (const boost::system::system_error& error) {
    return fail(program, EX_OSERR, error_text(error.what()));
  } catch (const std::exception& error) {
    return fail(program, EX_SOFTWARE, error_text(fmt::format("unexpected: {}", error.what())));
  }
}

}  // namespace
}  // namespace duplexd

int main(int argc, char** argv) { return duplexd::run(argc, argv); }
