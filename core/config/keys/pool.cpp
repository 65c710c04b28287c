// Keys of an upstream that say which endpoint a session gets.
#include "core/config/keys/tables.hpp"
#include "core/config/keys/value.hpp"

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

constexpr std::size_t most_waiting = 1'000'000;

Keys<HashConfig> hash_keys() {
  return {
      value("key", &HashConfig::key,
            one_of<HashConfig::Key>(
                {{"source", HashConfig::Key::source}, {"destination", HashConfig::Key::destination}}),
            live,
            "*source*: the client's address without its port; *destination*: the address and port that the "
            "client came to."),
      value("ipv4_prefix", &HashConfig::ipv4_prefix, number(0u, 32u), live,
            "How many leading bits of an IPv4 address count."),
      value("ipv6_prefix", &HashConfig::ipv6_prefix, number(0u, 128u), live,
            "How many leading bits of an IPv6 address count; a customer usually has a /64."),
  };
}

Keys<PassiveConfig> ejection_keys() {
  return {
      value("failures", &PassiveConfig::failures, number(1u, 1000u), live,
            "So many failures in a row eject an address: connections not made, or reset early."),
      value("early", &PassiveConfig::early, duration(1ms, 1h), live,
            "A reset by the endpoint is early for so long, if the endpoint has sent nothing before."),
      value("ejection", &PassiveConfig::ejection, duration(1ms, 24h), live,
            "An ejected address gets no new session for so long, then one session tries it; each further "
            "failure doubles the time."),
      value("longest", &PassiveConfig::longest, duration(1ms, 24h), live, "The longest ejection."),
      value("share", &PassiveConfig::share, percent(90), live,
            "The part of the addresses that may be ejected at once; one of several always may."),
  };
}

Keys<RetryConfig> retry_keys() {
  return {
      value("rounds", &RetryConfig::rounds, number(0u, 100u), new_sessions,
            "How many more times a session tries all endpoints when none could be reached."),
      value("pause", &RetryConfig::pause, duration(1ms, 1h), new_sessions,
            "Before each further round; *timeouts.handshake* limits them together."),
  };
}

Key<UpstreamConfig> live_sessions(std::string_view name, LiveSessions UpstreamConfig::*member,
                                  std::string_view sentence, std::string_view more = "") {
  return value(
      name, member,
      one_of<LiveSessions>(
          {{"keep", LiveSessions::keep}, {"drain", LiveSessions::drain}, {"close", LiveSessions::close}}),
      live, sentence, more);
}

}  // namespace

Keys<UpstreamConfig> balance_keys() {
  return {
      value(
          "balance", &UpstreamConfig::balance,
          one_of<Balance>({{"round_robin", Balance::round_robin},
                           {"least_connections", Balance::least_connections},
                           {"random", Balance::random},
                           {"source_hash", Balance::source_hash},
                           {"consistent_hash", Balance::consistent_hash},
                           {"first", Balance::first}}),
          live, "How the endpoint of a session is chosen among those that take sessions.",
          "Turns and counts are those of all workers together, and shares are in proportion to the weights.\n"
          "- *round_robin*: in turn\n"
          "- *least_connections*: the one with the fewest live sessions\n"
          "- *random*: of two at random, the one with fewer live sessions\n"
          "- *source_hash*: by the client's address (*hash.ipv4_prefix*, *hash.ipv6_prefix*)\n"
          "- *consistent_hash*: by *hash.key*; when endpoints come or go, few clients move (Maglev)\n"
          "- *first*: the first of the list that has room (*max_sessions*)"),
      section("hash", &UpstreamConfig::hash, "What *consistent_hash* and *source_hash* go by.", hash_keys()),
      value("on_all_down", &UpstreamConfig::on_all_down,
            one_of<OnAllDown>({{"refuse", OnAllDown::refuse}, {"try_all", OnAllDown::try_all}}), live,
            "What becomes of clients while every endpoint is down by its checks; *refuse*: they are "
            "closed at once; *try_all*: endpoints are tried as if they were not down.",
            "Endpoints that the operator has taken out are never tried, and those that are ejected only by "
            "*passive* always are when nothing else is left."),
      value("max_waiting", &UpstreamConfig::max_waiting, number(std::size_t{0}, most_waiting), live,
            "How many sessions may wait for an endpoint that has room, first come, first served, over all "
            "workers; further ones end with _queue_full_."),
      value("slow_start", &UpstreamConfig::slow_start, duration_or_off(), live,
            "An endpoint that came up again gets its full share of new sessions after so long, and less "
            "before."),
  };
}

Keys<UpstreamConfig> passive_keys() {
  return {
      section_or_off("passive", &UpstreamConfig::passive, &PassiveConfig::enabled, live,
                     "When sessions themselves show that an endpoint is of no use: it is ejected for a time.",
                     "Live sessions of an ejected address go on. The last address is never ejected.",
                     ejection_keys())
          .from_defaults(),
      section("retry", &UpstreamConfig::retry,
              "What a session does when it could not connect to any endpoint.", retry_keys())
          .from_defaults(),
  };
}

Keys<UpstreamConfig> live_session_keys() {
  return {
      live_sessions(
          "on_removed", &UpstreamConfig::on_removed,
          "What becomes of the sessions of an endpoint that a reload removed; *keep*: they go on; *drain*: "
          "they may go on for *defaults.timeouts.drain*; *close*: they are ended.",
          "Endings are spread over *defaults.timeouts.close_spread*, with the reason _removed_. Sessions "
          "that are left when a further reload brings the endpoint back, or says *keep*, go on. A host "
          "name that lost an address is not an endpoint that was removed."),
      live_sessions("on_down", &UpstreamConfig::on_down,
                    "What becomes of the sessions of an endpoint that its checks find down, or that the "
                    "operator disables; as *on_removed*, with the reason _endpoint_down_."),
      live_sessions("on_drained", &UpstreamConfig::on_drained,
                    "What becomes of the sessions of an endpoint that the operator drains; as *on_removed*, "
                    "with the reason _drained_."),
      value("on_up", &UpstreamConfig::on_up,
            one_of<OnUp>({{"keep", OnUp::keep}, {"close_backups", OnUp::close_backups}}), live,
            "*close_backups*: when an endpoint is up again, the sessions of endpoints of lower priority "
            "and of backups are ended, with the reason _failed_back_."),
  };
}

}  // namespace duplexd
