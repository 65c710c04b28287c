#include "daemon/duplexctl/import/import_command.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/config/system.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "daemon/process.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace duplexd::duplexctl {
namespace {

constexpr std::size_t most_bytes = 1024 * 1024;

Failure import_failure(int code, std::string_view what) {
  return {code, fmt::format("duplexctl: error: {}\n", printable(what))};
}

importing::Syntax syntax_of(const ImportRequest& request, const std::string& text) {
  if (request.from) return *request.from;
  if (const auto guessed = importing::guess_syntax(request.file, text)) return *guessed;
  throw import_failure(EX_USAGE,
                       request.file + " does not tell whose it is: write --from haproxy, nginx or rinetd");
}

Failure not_written(const std::string& path) {
  if (errno == EEXIST)
    return import_failure(EX_CANTCREAT, path + " is there already: write --force to replace it");
  return import_failure(
      EX_CANTCREAT, fmt::format("{} cannot be written: {}", path, std::generic_category().message(errno)));
}

void write_output(const std::string& path, bool force, std::string_view text) {
  const int mode = force ? O_TRUNC : O_EXCL;
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0644));
  if (!file) throw not_written(path);
  while (!text.empty()) {
    const auto size = ::write(file.get(), text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) throw not_written(path);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string_view word_of(importing::Syntax syntax) {
  switch (syntax) {
    case importing::Syntax::haproxy:
      return "haproxy";
    case importing::Syntax::nginx:
      return "nginx";
    case importing::Syntax::rinetd:
      break;
  }
  return "rinetd";
}

std::string import_json(const importing::Imported& imported, const ImportRequest& request,
                        importing::Syntax syntax) {
  namespace json = boost::json;
  const bool is_written = !request.output.empty() && imported.has_listeners;
  return json::serialize(json::object{{"file", request.file},
                                      {"syntax", json::string(word_of(syntax))},
                                      {"carried", imported.carried},
                                      {"settings", imported.settings},
                                      {"summary", imported.summary},
                                      {"has_listeners", imported.has_listeners},
                                      {"output", is_written ? json::value(request.output) : json::value()},
                                      {"yaml", imported.yaml}}) +
         '\n';
}

}  // namespace

Outcome outcome_of_import(const importing::Imported& imported, const std::string& name) {
  const bool whole = imported.carried == imported.settings;
  Outcome outcome{.exit_code = whole ? EX_OK : exit_in_part, .out = imported.yaml};
  outcome.err = fmt::format("duplexctl: {}: {}\n", printable(name), imported.summary);
  if (imported.has_listeners) return outcome;
  outcome.exit_code = EX_DATAERR;
  outcome.err +=
      fmt::format("duplexctl: error: {}: nothing in it can be carried that listens; the comments say why\n",
                  printable(name));
  return outcome;
}

Outcome run_import(const ImportRequest& request) {
  const System system = host_system([](std::string_view) { return std::optional<std::string>(); });
  const auto text = system.read(request.file, most_bytes);
  if (!text) throw import_failure(EX_NOINPUT, fmt::format("{} {}", request.file, text.error().what));
  const importing::Syntax syntax = syntax_of(request, *text);
  const auto imported = importing::import_text(syntax, request.file, *text, system);
  if (!imported) throw import_failure(EX_DATAERR, imported.error().what);
  Outcome outcome = outcome_of_import(*imported, request.file);
  const bool is_written = !request.output.empty() && imported->has_listeners;
  if (is_written) write_output(request.output, request.force, imported->yaml);
  if (is_written) outcome.out.clear();
  if (request.json) outcome.out = import_json(*imported, request, syntax);
  return outcome;
}

}  // namespace duplexd::duplexctl
