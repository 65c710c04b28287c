#include "daemon/control/sessions/session_request.hpp"

#include "core/config/spelling/spelling.hpp"
#include "core/config/spelling/wording.hpp"
#include "core/net/address/decimal.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

constexpr std::chrono::milliseconds none{0};
constexpr std::chrono::hours ten_years{87600};
constexpr std::size_t most_on_page = 1000;
constexpr std::uint64_t most_each_second = 1'000'000;

Parsed<std::uint64_t> parse_id(std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error == std::errc() && end == text.data() + text.size()) return id;
  return ParseError{"is no id of a session: write the 16 digits of the log, or several with commas between"};
}

Parsed<std::vector<std::uint64_t>> parse_ids(std::string_view text) {
  std::vector<std::uint64_t> ids;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    const auto id = parse_id(one);
    if (!id) return id.error();
    ids.push_back(*id);
    text.remove_prefix(std::min(text.size(), one.size() + 1));
  }
  if (ids.empty()) return ParseError{"has no id"};
  std::ranges::sort(ids);
  return ids;
}

Parsed<SessionCursor> parse_cursor(std::string_view text) {
  const std::string_view worker = text.substr(0, text.find('-'));
  const auto at = parse_decimal(worker);
  const auto slot = parse_decimal(text.substr(std::min(text.size(), worker.size() + 1)));
  if (at && slot) return SessionCursor{*at, *slot};
  return ParseError{"is no 'next' of an earlier answer"};
}

Spelling<LiveState> live_states() {
  std::vector<Word<LiveState>> words;
  for (std::size_t i = 0; i < live_state_count; ++i)
    words.push_back({to_word(static_cast<LiveState>(i)), static_cast<LiveState>(i)});
  return one_of(words);
}

Parsed<std::optional<Network>> parse_source(std::string_view text) {
  const auto network = Network::parse(text);
  if (!network) return network.error();
  return std::optional(*network);
}

/// Takes values out of a query, up to the first mistake.
class Reader {
 public:
  Reader(std::string_view target, std::vector<std::string_view> known) {
    for (const char* const name :
         {"ids", "listener", "upstream", "endpoint", "source", "state", "min_age", "min_idle", "min_bytes"})
      known.emplace_back(name);
    auto query = parse_query(target, known);
    query ? void(query_ = *std::move(query)) : fail(query.error().what);
  }

  void copy(std::string_view name, std::string& into) {
    const auto given = name_parameter(query_, name);
    given ? void(into = *given) : fail(given.error().what);
  }
  template <class T, class Parse>
  void read(std::string_view name, T& into, Parse parse) {
    const auto given = query_.find(name);
    if (refusal_ || given == query_.end()) return;
    const auto value = parse(given->second);
    if (value) return void(into = *value);
    fail(fmt::format("{} {} {}", name, in_quotes(given->second), value.error().what));
  }
  template <class T, class U>
  void read_as(std::string_view name, T& into, const Spelling<U>& spelling) {
    read(name, into, [&](std::string_view text) -> Parsed<U> {
      const auto value = spelling.parse(text);
      if (value) return *value;
      const std::string& form = spelling.form.range.empty() ? spelling.form.expected : spelling.form.range;
      return ParseError{fmt::format("{}: write {}", value.error().what, form)};
    });
  }

  SessionFilter filter() {
    SessionFilter filter;
    read("ids", filter.ids, parse_ids);
    copy("listener", filter.listener);
    copy("upstream", filter.upstream);
    copy("endpoint", filter.endpoint);
    read("source", filter.source, parse_source);
    read_as("state", filter.state, live_states());
    read_as("min_age", filter.min_age, duration(none, ten_years));
    read_as("min_idle", filter.min_idle, duration(none, ten_years));
    read_as("min_bytes", filter.min_bytes, byte_size(0, std::size_t{1} << 50));
    return filter;
  }

  void fail(std::string sentence) {
    if (!refusal_) refusal_ = Refusal{400, std::move(sentence)};
  }
  const std::optional<Refusal>& refusal() const { return refusal_; }

 private:
  Query query_;
  std::optional<Refusal> refusal_;
};

}  // namespace

OrRefusal<SessionQuery> session_query(std::string_view target) {
  Reader reader(target, {"limit", "after", "tcp"});
  SessionQuery query{.filter = reader.filter()};
  reader.read_as("limit", query.limit, number(std::size_t{1}, most_on_page));
  reader.read("after", query.after, parse_cursor);
  reader.read_as("tcp", query.with_tcp, boolean());
  if (reader.refusal()) return *reader.refusal();
  return query;
}

OrRefusal<SessionQuery> slow_query(std::string_view target) {
  Reader reader(target, {"limit"});
  SessionQuery query{.filter = reader.filter(), .with_tcp = true, .limit = 10};
  reader.read_as("limit", query.limit, number(std::size_t{1}, most_on_page));
  if (reader.refusal()) return *reader.refusal();
  return query;
}

OrRefusal<KillOrder> kill_order(std::string_view target) {
  Reader reader(target, {"rate", "dry_run"});
  KillOrder order{.filter = reader.filter()};
  reader.read_as("rate", order.rate, whole_number(1, most_each_second));
  reader.read_as("dry_run", order.dry_run, boolean());
  if (order.filter.is_empty()) reader.fail("which sessions: an id or a filter is missing");
  if (reader.refusal()) return *reader.refusal();
  return order;
}

std::string to_text(const SessionCursor& cursor) { return fmt::format("{}-{}", cursor.worker, cursor.slot); }

std::string session_id_text(std::uint64_t id) { return fmt::format(FMT_COMPILE("{:016x}"), id); }

}  // namespace duplexd
