#include "core/handover/json_fields.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace duplexd::json_fields {

void read(std::string_view text, SocketAddress& address) {
  address = {};
  if (text == address.to_string()) return;
  const Parsed<SocketAddress> parsed = SocketAddress::parse(text);
  if (!parsed) throw std::invalid_argument(parsed.error().what);
  address = *parsed;
}

// Of a Unix peer only the family is known.
void read(std::string_view text, PeerAddress& address) {
  if (text == PeerAddress().to_string()) return;
  SocketAddress at;
  read(text == "unix:" ? "unix:@peer" : text, at);
  address = PeerAddress(at);
}

void read(std::string_view text, CloseReason& reason) {
  reason = CloseReason::local_error;
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    if (to_word(static_cast<CloseReason>(i)) == text) reason = static_cast<CloseReason>(i);
  }
}

// As in the configuration, by LiveSessions.
static constexpr std::array<std::string_view, 3> live_sessions_words{"keep", "drain", "close"};

std::string text_of(LiveSessions sessions) {
  return std::string(live_sessions_words[static_cast<std::size_t>(sessions)]);
}

void read(std::string_view text, LiveSessions& sessions) {
  const auto* const found = std::ranges::find(live_sessions_words, text);
  sessions = found == live_sessions_words.end()
                 ? LiveSessions::keep
                 : static_cast<LiveSessions>(found - live_sessions_words.begin());
}

static std::optional<Limit> limit_of(std::string_view word) {
  for (std::size_t i = 0; i < limit_count; ++i) {
    if (to_word(static_cast<Limit>(i)) == word) return static_cast<Limit>(i);
  }
  return std::nullopt;
}

boost::json::value value_of(const LimitCounts& counts) {
  boost::json::object all;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) all[to_word(static_cast<Limit>(i))] = counts[i];
  }
  return all;
}

boost::json::value value_of(LimitSet limits) {
  boost::json::array words;
  for (std::size_t i = 0; i < limit_count; ++i) {
    const auto limit = static_cast<Limit>(i);
    if (limits.contains(limit)) words.push_back(boost::json::value_from(to_word(limit)));
  }
  return words;
}

void read(const boost::json::value& from, LimitCounts& counts) {
  for (const auto& [word, count] : from.as_object()) {
    const auto number = boost::json::value_to<std::uint64_t>(count);
    if (const auto limit = limit_of(word)) counts[static_cast<std::size_t>(*limit)] += number;
  }
}

void read(const boost::json::value& from, LimitSet& limits) {
  for (const boost::json::value& word : from.as_array()) {
    if (const auto limit = limit_of(word.as_string())) limits.add(*limit);
  }
}

boost::json::value value_of(const BucketCounts& buckets) {
  return boost::json::array(buckets.begin(), buckets.end());
}

void read(const boost::json::value& from, BucketCounts& buckets) {
  std::size_t i = 0;
  for (const boost::json::value& count : from.as_array())
    buckets[std::min(i++, buckets.size() - 1)] += boost::json::value_to<std::uint64_t>(count);
}

}  // namespace duplexd::json_fields
