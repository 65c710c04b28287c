#include "daemon/duplexctl/answer.hpp"

#include "core/config/spelling/wording.hpp"
#include "daemon/process.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <sysexits.h>

namespace duplexd::duplexctl {
namespace {

int exit_code_of(unsigned status) noexcept {
  switch (status) {
    case 200:
    case 202:
      return EX_OK;
    case 400:
    case 413:
    case 431:
      return EX_USAGE;
    case 404:
    case 409:
      return EX_NOINPUT;
    case 422:
      return EX_CONFIG;
    case 503:
      return EX_TEMPFAIL;
    default:
      return EX_SOFTWARE;
  }
}

std::string error_text(unsigned status, const boost::json::value& answer) {
  const std::string_view sentence = answer.at("error").as_string();
  return fmt::format("duplexctl: error: duplexd says: {} ({})\n", printable(sentence), status);
}

Outcome for_people(const Command& command, unsigned status, const boost::json::value& answer) {
  const int exit_code = exit_code_of(status);
  switch (exit_code) {
    case EX_OK:
      return {.exit_code = exit_code, .out = command.render(answer)};
    case EX_CONFIG:
      return {.exit_code = exit_code, .err = problems_text(answer)};
    default:
      return {.exit_code = exit_code, .err = error_text(status, answer)};
  }
}

std::string ended_line(std::string text) {
  if (text.empty() || text.back() != '\n') text += '\n';
  return text;
}

}  // namespace

Outcome understand(const Command& command, const Reply& reply, bool json) {
  const bool is_text = !command.render && !json && exit_code_of(reply.status) == EX_OK;
  if (is_text) return {.out = ended_line(reply.body)};
  try {
    const boost::json::value answer = boost::json::parse(reply.body);
    if (json) return {.exit_code = exit_code_of(reply.status), .out = ended_line(reply.body)};
    return for_people(command, reply.status, answer);
  } catch (const std::exception&) {
    throw Failure(EX_SOFTWARE, fmt::format("duplexctl: error: an answer that is not understood ({}): {}\n",
                                           reply.status, printable(reply.body.substr(0, 200))));
  }
}

}  // namespace duplexd::duplexctl
