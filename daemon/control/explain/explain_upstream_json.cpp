// What is told of the upstream that is chosen.
#include "core/config/keys/settings.hpp"
#include "daemon/control/explain/explain_json.hpp"
#include "daemon/control/explain/explain_words.hpp"
#include "daemon/control/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

namespace json = boost::json;

/// What is known of the address; null: nothing.
const AddressReport* report_on(const ExplainedMember& member, const UpstreamReport* upstream) {
  if (!upstream || !member.address) return nullptr;
  const auto endpoint = std::ranges::find(upstream->endpoints, member.name, &EndpointReport::name);
  if (endpoint == upstream->endpoints.end()) return nullptr;
  const auto address = std::ranges::find(endpoint->addresses, *member.address, &AddressReport::address);
  return address == endpoint->addresses.end() ? nullptr : &*address;
}

/// With the words of its last check, where checks say that it is down.
std::string why_not(const ExplainedMember& member, const UpstreamReport* upstream) {
  std::string why(sentence_of(member));
  const AddressReport* const report = report_on(member, upstream);
  const bool by_check = member.unfit == Unfit::down || member.unfit == Unfit::ejected;
  if (by_check && report && !report->why.empty()) why += ": " + report->why;
  return why;
}

json::object member_json(const ExplainedMember& member, const ExplainContext& context) {
  const std::string why = why_not(member, context.upstream);
  const bool has_tier = member.verdict != ExplainedMember::Verdict::weightless &&
                        member.verdict != ExplainedMember::Verdict::unresolved;
  return {{"endpoint", member.name},
          {"address", member.address ? json::value(text(member.address->to_string())) : nullptr},
          {"verdict", text(to_word(member.verdict))},
          {"unfit", member.unfit == Unfit::no ? json::value(nullptr) : text(to_word(member.unfit))},
          {"why", why.empty() ? json::value(nullptr) : json::value(text(why))},
          {"tier", has_tier ? json::value(member.tier) : nullptr},
          {"weight", member.weight},
          {"live", member.live},
          {"max_sessions", member.most}};
}

std::string policy_of(const UpstreamConfig& upstream) {
  const auto all = settings(upstream);
  const auto found = std::ranges::find(all, "balance", &Setting::key);
  return found == all.end() ? std::string() : found->value;
}

json::value place_of_upstream(const Explanation& told, const Written& written) {
  std::string place = written.place_below(fmt::format("upstreams.{}.", told.upstream->name));
  return place.empty() ? json::value(nullptr) : json::value(text(place));
}

}  // namespace

json::object explained_upstream_json(const Explanation& told, const ExplainContext& context) {
  const ExplainedChoice& choice = told.choice;
  json::array endpoints;
  for (const ExplainedMember& member : choice.members) endpoints.push_back(member_json(member, context));
  return {{"name", told.upstream->name},
          {"place", place_of_upstream(told, context.written)},
          {"policy", policy_of(*told.upstream)},
          {"certainty", text(to_word(choice.certainty))},
          {"endpoint", endpoint_sentence(choice)},
          {"waiting", choice.waiting},
          {"max_waiting", told.upstream->max_waiting},
          {"endpoints", std::move(endpoints)},
          {"settings", settings_json(settings(*told.upstream),
                                     {"proxy_protocol", "tls", "via", "source", "retry", "endpoint."})}};
}

}  // namespace duplexd
