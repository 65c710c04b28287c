// The sentences of an explanation.
#include "core/upstream/endpoint.hpp"
#include "daemon/control/explain/explain_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace duplexd {
namespace {

using Said = ExplainedMember::Verdict;

std::string_view sentence_of(Unfit unfit) noexcept {
  switch (unfit) {
    case Unfit::drained:
    case Unfit::disabled:
      return "the operator has taken it out; duplexctl endpoint enable puts it back";
    case Unfit::down:
      return "its checks say that it is down";
    case Unfit::ejected:
      return "sessions have found it of no use, and it is ejected for a time";
    case Unfit::doubtful:
      return "connections to it wait for an answer";
    case Unfit::starting:
      return "it came up just now, and has a part of its share only (slow_start)";
    case Unfit::tried:
      return "it was tried";
    case Unfit::full:
      return "it has as many sessions as it may (max_sessions)";
    case Unfit::no:
      break;
  }
  return "";
}

std::string text_of(const ExplainedMember& member) {
  const std::string address = member.address ? member.address->to_string() : std::string("-");
  if (!member.address || address == member.name) return member.name;
  if (member.address->size() == 0) return member.name + ", where the client wanted to go";
  return fmt::format("{} at {}", member.name, address);
}

std::vector<std::string> texts_of(const ExplainedChoice& choice, Said verdict) {
  std::vector<std::string> texts;
  for (const ExplainedMember& member : choice.members)
    if (member.verdict == verdict) texts.push_back(text_of(member));
  return texts;
}

std::string refused_sentence(const ExplainedEnd& end) {
  if (end.by == ExplainedEnd::By::pause)
    return "it is refused: duplexd is paused; duplexctl resume accepts clients again";
  return fmt::format("it is closed: {}", end.reason ? to_word(*end.reason) : "");
}

std::string waits_sentence(const ExplainedEnd& end) {
  return end.by == ExplainedEnd::By::upstream ? "it waits for an endpoint that has room (timeouts.queue)"
                                              : "it waits until a limit has room for it";
}

}  // namespace

std::string_view sentence_of(Mismatch mismatch) noexcept {
  switch (mismatch) {
    case Mismatch::destination_port:
      return "the client comes to another port";
    case Mismatch::source:
      return "the client comes from another network";
    case Mismatch::no_hello:
      return "the client does not speak TLS";
    case Mismatch::sni:
      return "the client asks for another name";
    case Mismatch::alpn:
      return "the client offers no such protocol";
    case Mismatch::none:
      break;
  }
  return "";
}

std::string_view sentence_of(Greeting::Step step) noexcept {
  switch (step) {
    case Greeting::Step::header:
      return "a PROXY header";
    case Greeting::Step::starttls:
      return "an SSLRequest of PostgreSQL";
    case Greeting::Step::hello:
      return "a ClientHello, which goes on to the endpoint";
    case Greeting::Step::handshake:
      return "a TLS handshake, which ends here";
    case Greeting::Step::done:
      break;
  }
  return "";
}

std::string_view sentence_of(const ExplainedMember& member) noexcept {
  switch (member.verdict) {
    case Said::maybe:
      return "one of several";
    case Said::other_turn:
      return "it could be had, but another one comes first";
    case Said::unfit:
      return sentence_of(member.unfit);
    case Said::weightless:
      return "its weight is 0";
    case Said::later_tier:
      return "it serves when all that come before it are down";
    case Said::leads_back:
      return "it is a listener of duplexd that leads back to this upstream";
    case Said::other_family:
      return "it is of another family than the client, whose address it is dialled from";
    case Said::unresolved:
      return "its name stands for no address";
    case Said::chosen:
      break;
  }
  return "";
}

std::string endpoint_sentence(const ExplainedChoice& choice) {
  const auto maybe = texts_of(choice, Said::maybe);
  const auto chosen = texts_of(choice, Said::chosen);
  switch (maybe.empty() && chosen.empty() ? Certainty::sure : choice.certainty) {
    case Certainty::random:
      return fmt::format("one of {}: random", fmt::join(maybe, ", "));
    case Certainty::by_destination:
      return fmt::format("one of {}: the address that the client comes to decides", fmt::join(maybe, ", "));
    case Certainty::by_turn:
      return chosen.front() + ", if no other client comes first";
    case Certainty::by_load:
      return chosen.front() + ", if sessions stay as they are and no other client comes first";
    case Certainty::sure:
      break;
  }
  return chosen.empty() ? "none" : chosen.front();
}

std::string sentence_of(const Explanation& told) {
  switch (told.end.kind) {
    case ExplainedEnd::Kind::refused:
      return refused_sentence(told.end);
    case ExplainedEnd::Kind::waits:
      return waits_sentence(told.end);
    case ExplainedEnd::Kind::served:
      break;
  }
  return fmt::format("it is connected to {}", endpoint_sentence(told.choice));
}

}  // namespace duplexd
