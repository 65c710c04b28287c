#include "daemon/control/explain/explain_words.hpp"

#include <array>
#include <cstddef>

namespace duplexd {
namespace {

/// The word of a value of an enumeration that counts from 0.
template <class Value, std::size_t n>
std::string_view word_in(const std::array<std::string_view, n>& words, Value value) noexcept {
  return words[static_cast<std::size_t>(value)];
}

template <class... Words>
constexpr auto words(Words... all) {
  return std::array<std::string_view, sizeof...(all)>{all...};
}

}  // namespace

std::string_view to_word(ExplainedLimit::Says says) noexcept {
  return word_in(words("pass", "wait", "refuse", "tried"), says);
}

std::string_view to_word(AccessRule rule) noexcept {
  return word_in(words("none", "allowed", "denied", "not_allowed"), rule);
}

std::string_view to_word(PeerRole role) noexcept {
  return word_in(words("client", "proxy", "stranger"), role);
}

std::string_view to_word(Greeting::Step step) noexcept {
  return word_in(words("header", "starttls", "hello", "handshake", "done"), step);
}

std::string_view to_word(Mismatch mismatch) noexcept {
  return word_in(words("", "destination_port", "source", "no_hello", "sni", "alpn"), mismatch);
}

std::string_view to_word(Certainty certainty) noexcept {
  return word_in(words("sure", "by_turn", "by_load", "random", "by_destination"), certainty);
}

std::string_view to_word(ExplainedMember::Verdict verdict) noexcept {
  return word_in(words("chosen", "maybe", "other_turn", "unfit", "weightless", "later_tier", "leads_back",
                       "other_family", "unresolved"),
                 verdict);
}

std::string_view to_word(Unfit unfit) noexcept {
  return word_in(words("", "drained", "disabled", "down", "ejected", "doubtful", "starting", "tried", "full"),
                 unfit);
}

std::string_view to_word(ExplainedEnd::Kind kind) noexcept {
  return word_in(words("served", "waits", "refused"), kind);
}

std::string_view to_word(ExplainedEnd::By by) noexcept {
  return word_in(words("", "pause", "limit", "header", "access", "route", "upstream"), by);
}

}  // namespace duplexd
