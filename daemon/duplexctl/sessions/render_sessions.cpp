// The text of what is told of live sessions.
#include "core/config/spelling/wording.hpp"
#include "daemon/cli/text_units.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/sessions/list_sessions.hpp"

#include <fmt/format.h>

#include <chrono>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

// Columns do not follow what is in them, because the next page has to fit below.
constexpr std::string_view row_form =
    "{:<16}  {:<12}  {:>7}  {:>7}  {:<12}  {:<21}  {:<21}  {:>10}  {:>10}  {:>9}  {}\n";

std::string word_at(const json::value& object, json::string_view key) {
  const json::value& value = object.at(key);
  return value.is_null() ? "-" : printable(value.as_string());
}

double figure(const json::value& object, json::string_view key) { return object.at(key).to_number<double>(); }

/// "1h30m", without what is below a second.
std::string time_text(const json::value& object, json::string_view key) {
  const std::chrono::seconds whole(static_cast<std::int64_t>(figure(object, key)) / 1000);
  return whole.count() == 0 ? "0s" : to_text(std::chrono::milliseconds(whole));
}

std::string bytes_of(const json::value& chain) {
  return bytes_text(chain.at("bytes").to_number<std::uint64_t>());
}

std::string tcp_text(const json::value& session) {
  std::string text;
  for (const char* const side : {"client", "endpoint"}) {
    const json::value* const tcp = session.as_object().if_contains(fmt::format("{}_tcp", side));
    if (!tcp || tcp->is_null()) continue;
    text += fmt::format("  {}: rtt {:.1f} ms, {} resent, {} to send;", side, figure(*tcp, "rtt_ms"),
                        figure(*tcp, "retransmissions"),
                        bytes_text(tcp->at("not_sent").to_number<std::uint64_t>()));
  }
  return text;
}

std::string session_row(const json::value& session) {
  const json::value& upstream = session.at("upstream_chain");
  const json::value& downstream = session.at("downstream_chain");
  const double stalled = figure(upstream, "stalled_ms") + figure(downstream, "stalled_ms");
  return fmt::format(row_form, word_at(session, "id"), word_at(session, "state"),
                     time_text(session, "age_ms"), time_text(session, "idle_ms"),
                     word_at(session, "listener"), word_at(session, "client"), word_at(session, "endpoint"),
                     bytes_of(upstream), bytes_of(downstream), fmt::format("{:.1f} s", stalled / 1000),
                     fmt::format("{}, {}{}", word_at(upstream, "waits_for"), word_at(downstream, "waits_for"),
                                 tcp_text(session)));
}

std::string slow_entry(const json::value& session) {
  const json::value& verdict = session.at("verdict");
  return fmt::format("{}, for {:.1f} s: session {} of {}, {} to {}\n    {}\n", word_at(verdict, "who"),
                     figure(verdict, "held_up_ms") / 1000, word_at(session, "id"),
                     word_at(session, "listener"), word_at(session, "client"), word_at(session, "endpoint"),
                     word_at(verdict, "evidence"));
}

}  // namespace

std::string sessions_header() {
  return fmt::format(row_form, "ID", "STATE", "AGE", "IDLE", "LISTENER", "CLIENT", "ENDPOINT", "UPSTREAM",
                     "DOWNSTREAM", "STALLED", "WAITS FOR");
}

std::string sessions_text(const json::value& answer) {
  std::string text;
  for (const json::value& session : answer.at("sessions").as_array()) text += session_row(session);
  return text;
}

std::string slow_text(const json::value& answer) {
  const json::array& slow = answer.at("slow").as_array();
  const auto judged = answer.at("judged").to_number<std::uint64_t>();
  if (slow.empty()) return fmt::format("nobody is slow, of {} sessions\n", judged);
  std::string text;
  for (const json::value& session : slow) text += slow_entry(session);
  return text;
}

std::string kill_text(const json::value& answer) {
  const auto matched = answer.at("matched").to_number<std::uint64_t>();
  if (answer.at("dry_run").as_bool()) return fmt::format("{} sessions are meant; none was ended\n", matched);
  return fmt::format("{} sessions were meant, and {} were ended\n", matched,
                     answer.at("ended").to_number<std::uint64_t>());
}

}  // namespace duplexd::duplexctl
