#include "daemon/configuration.hpp"

#include "daemon/cli/options.hpp"
#include "daemon/process.hpp"

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>

namespace duplexd {
namespace {

bool is_forbidden(const std::string& file) noexcept {
  return ::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES;
}

std::string to_text(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += to_string(problem);
    if (text.back() != '\n') text += '\n';
  }
  return text;
}

std::shared_ptr<const Config> placed(const Config& config, const Environment& environment) {
  Config result = config;
  place_control_socket(result.control, environment);
  return std::make_shared<const Config>(std::move(result));
}

LoadedConfig read_file(const std::string& file, const Environment& environment) {
  LoadedConfig loaded = load_config(file, environment);
  if (loaded.config) loaded.config = placed(*loaded.config, environment);
  return loaded;
}

LoadedConfig load_file(const std::string& file, const Environment& environment) {
  LoadedConfig loaded = read_file(file, environment);
  if (!loaded.config) throw Failure(is_forbidden(file) ? EX_NOPERM : EX_CONFIG, to_text(loaded.problems));
  return loaded;
}

LoadedConfig load_command_line(const Options& options, const Environment& environment) {
  const auto config = adhoc_config(options.listen, options.upstreams);
  if (!config) throw Failure(EX_USAGE, "duplexd: error: " + config.error().what + '\n');
  return {placed(**config, environment), {}, {}};
}

}  // namespace

void place_control_socket(ControlConfig& control, const Environment& environment) {
  if (control.socket != ControlConfig::Socket::automatic) return;
  const auto directories = environment("RUNTIME_DIRECTORY");
  const bool has_one = directories && !directories->empty();
  control.socket = has_one ? ControlConfig::Socket::path : ControlConfig::Socket::off;
  if (has_one) control.path = directories->substr(0, directories->find(':')) + "/control.sock";
}

LoadedConfig load(const Options& options, const Environment& environment) {
  return options.listen.empty() ? load_file(options.config_file, environment)
                                : load_command_line(options, environment);
}

ConfigSource source_of(const Options& options, const Environment& environment) {
  ConfigSource source{name_of_configuration(options), {}};
  if (options.listen.empty())
    source.load = [file = options.config_file, environment] { return read_file(file, environment); };
  return source;
}

std::string name_of_configuration(const Options& options) {
  return options.listen.empty() ? options.config_file : "command line";
}

}  // namespace duplexd
