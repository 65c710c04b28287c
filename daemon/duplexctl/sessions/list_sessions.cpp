#include "daemon/duplexctl/sessions/list_sessions.hpp"

#include "daemon/process.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <sysexits.h>

#include <algorithm>
#include <optional>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

void put(const std::string& text) {
  if (const int error = print(text))
    throw Failure(EX_IOERR, fmt::format("duplexctl: error: {}\n", output_failed(error)));
}

/// The pages of one list.
class Pages {
 public:
  explicit Pages(const Options& options) : options_(options), left_(options.most) {}

  Reply next() const {
    std::string target = options_.target;
    const auto add = [&](std::string_view parameter) {
      target += target.find('?') == target.npos ? '?' : '&';
      target += parameter;
    };
    add(fmt::format("limit={}", left_ ? std::min(left_, sessions_of_page) : sessions_of_page));
    if (!after_.empty()) add("after=" + after_);
    return exchange(options_.socket, options_.command->method, target, options_.timeout);
  }

  /// False: that was the last one.
  bool go_on(const json::value& page) {
    const std::size_t came = page.at("sessions").as_array().size();
    if (left_ > 0 && left_ <= came) return false;
    if (left_ > 0) left_ -= came;
    if (page.at("next").is_null()) return false;
    after_ = page.at("next").as_string().c_str();
    return true;
  }

 private:
  const Options& options_;
  std::size_t left_;  // 0: all
  std::string after_;
};

/// One document, although it comes in pages.
std::string elements(const json::value& page, bool& is_first) {
  std::string text;
  for (const json::value& session : page.at("sessions").as_array())
    text += (std::exchange(is_first, false) ? "" : ",\n") + json::serialize(session);
  return text;
}

}  // namespace

Outcome list_sessions(const Options& options) {
  Pages pages(options);
  bool is_first = true;
  for (bool begun = false;; begun = true) {
    const Reply reply = pages.next();
    Outcome outcome = understand(*options.command, reply, options.json);
    if (outcome.exit_code != EX_OK) return outcome;
    const json::value page = json::parse(reply.body);
    if (!begun) put(options.json ? "{\"sessions\":[\n" : sessions_header());
    put(options.json ? elements(page, is_first) : outcome.out);
    if (!pages.go_on(page)) break;
  }
  return {.out = options.json ? "\n]}\n" : ""};
}

}  // namespace duplexd::duplexctl
