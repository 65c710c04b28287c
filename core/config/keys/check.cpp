// Keys of the health check of an upstream.
#include "core/config/keys/check_spellings.hpp"
#include "core/config/keys/tables.hpp"
#include "core/config/keys/tls/spellings.hpp"
#include "core/config/keys/value.hpp"

#include <algorithm>
#include <initializer_list>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;
using enum CheckType;

/// Of a map without a type.
CheckType type_of(const CheckConfig& check) { return check.type == off ? tcp : check.type; }

/// Keys that only checks of some types have; `owners` names those types.
Keys<CheckConfig> only_for(std::initializer_list<CheckType> types, std::string_view owners,
                           Keys<CheckConfig> keys) {
  for (auto& key : keys) {
    key.about.only_for = owners;
    key.applies = [types = std::vector(types)](const CheckConfig& check) {
      return std::ranges::find(types, check.type) != types.end();
    };
  }
  return keys;
}

Key<CheckConfig> type_key() {
  return value(
      "type", Field<CheckConfig, CheckType>{type_of, [](auto& check, auto type) { check.type = type; }},
      check_type(), live,
      "What an endpoint has to do; *tcp*: accept a connection; *tls*, *http*, *https*, *redis*, "
      "*postgres*, *mysql*, *smtp*, *ldap*: answer in that protocol; *exchange*: answer as *steps* say.",
      "*postgres* passes if logins are taken, as pg_isready(1) does. *mysql* passes when it is "
      "greeted, and with a *user* when that logs in without a password; without one MySQL counts the "
      "check as a failed connection (_max_connect_errors_). *smtp* expects 220, and 250 for EHLO; "
      "*ldap* the success of an anonymous bind.");
}

Keys<CheckConfig> timing_keys() {
  return {
      value("port", &CheckConfig::port, word_or<std::uint16_t>("same", 0, number<std::uint16_t>(1, 65'535)),
            live, "The port that is checked; *same*: that of the endpoint."),
      value("interval", &CheckConfig::interval, duration(100ms, 1h), live,
            "From the begin of one check of an endpoint to that of the next."),
      value("interval_down", &CheckConfig::interval_down, word_or("same", 0ms, duration(100ms, 1h)), live,
            "The interval while the endpoint is down; *same*: as *interval*."),
      value("jitter", &CheckConfig::jitter, percent(50), live,
            "How much longer or shorter an interval is at random, so that checks do not come together."),
      value("timeout", &CheckConfig::timeout, duration(10ms, 1min), live,
            "What a check may take as a whole, the connection included."),
      value("rise", &CheckConfig::rise, number(1u, 100u), live,
            "How many checks in a row have to pass until an endpoint that was down is up."),
      value(
          "fall", &CheckConfig::fall, number(1u, 100u), live,
          "How many checks in a row have to fail until an endpoint that was up is down.",
          "The first check of an endpoint decides at once; before it, an endpoint counts as up. A check that "
          "this host could not make, for want of a descriptor or a port, changes nothing."),
  };
}

Keys<CheckConfig> http_keys() {
  Keys<HttpCheck> keys{
      value("method", &HttpCheck::method, request_word("a method such as GET or HEAD"), live,
            "The method of the request."),
      value("path", &HttpCheck::path, request_word("a path such as /health"), live,
            "The path that is asked for, with a query if there is one."),
      value("host", &HttpCheck::host, text_or("endpoint", request_word("a host name")), live,
            "The Host header; *endpoint*: the address of the endpoint as it is written."),
      list("headers", &HttpCheck::headers, http_header(), live,
           "Further headers, each in quotes: \"Accept: text/plain\"."),
  };
  using Ranges = std::vector<Placed<StatusRange>>;
  std::function<void(MapReader&, HttpCheck&, Ranges)> put = [](MapReader&, HttpCheck& http,
                                                               const Ranges& ranges) {
    http.statuses.clear();
    for (const auto& range : ranges) http.statuses.push_back(range.value);
  };
  keys.push_back(list("status", std::move(put), status_range(), live,
                      "The statuses to answer with, one or a list of them and of ranges, such as 200-399."));
  keys.back().about.preset = "[200-399]";
  keys.push_back(
      value("body", &HttpCheck::body, text_match(), live,
            "What the body has to look like, in its first 64 KiB: contains TEXT, prefix TEXT, regex "
            "REGEX; *any*: it is not read.",
            "Regular expressions are those of RE2. A text may have \\\\r, \\\\n, \\\\t and \\\\xNN in "
            "it."));
  return in(&CheckConfig::http, keys);
}

Keys<TlsConfig> tls_keys() {
  return {
      value("server_name", &TlsConfig::server_name, text_or("endpoint", request_word("a host name")), live,
            "The name that is asked for, and that the certificate has to be of; *endpoint*: the host of the "
            "endpoint as it is written."),
      value("verify", &TlsConfig::verify, tls_verify_or_not(), live,
            "Whether a certificate that is not trusted, has expired or is of another name fails the check."),
      value("ca_file", &TlsConfig::ca_file, text_or("system", any_text()), live,
            "A file of certificates to trust, in PEM; *system*: those that this host trusts.",
            "It is read again when it has changed."),
  };
}

Keys<CheckConfig> login_keys() {
  auto keys = only_for(
      {redis}, "redis",
      {value("role", &CheckConfig::role,
             one_of<RedisRole>(
                 {{"any", RedisRole::any}, {"master", RedisRole::master}, {"replica", RedisRole::replica}}),
             live, "The role that the Redis has to have."),
       value("password", &CheckConfig::password, secret(), live, "The password for AUTH; \"\": none.",
             "Write \"${NAME}\" to take it from the environment. It is shown as \\*\\*\\*.")});
  auto more = only_for({redis, postgres, mysql}, "redis, postgres or mysql",
                       {value("user", &CheckConfig::user, any_text(), live,
                              "Who logs in; \"\": nobody, and *duplexd* for postgres.")});
  keys.insert(keys.end(), more.begin(), more.end());
  more = only_for({postgres}, "postgres",
                  {value("database", &CheckConfig::database, any_text(), live,
                         "The database to log in to; \"\": that of the user's name.")});
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

Key<CheckConfig> steps_key() {
  std::function put = [](MapReader&, CheckConfig& check, std::vector<Placed<ExchangeStep>> steps) {
    for (auto& step : steps) check.steps.push_back(std::move(step.value));
  };
  auto key =
      list("steps", std::move(put), exchange_step(), live,
           "What is sent and expected, in this order: send text TEXT, send hex 0d0a, expect prefix TEXT, "
           "expect contains TEXT, expect regex REGEX.",
           "What is expected is looked for in all that came since something was sent, in 64 KiB at most. A "
           "text may have \\\\r, \\\\n, \\\\t and \\\\xNN in it; write it without quotes or in single ones.");
  key.read = [read = std::move(key.read)](MapReader& map, const About& about, CheckConfig& check) {
    read(map, about, check);
    if (check.steps.empty() && map.reading().problems.empty())
      map.problem(map.place(about.name), about.name,
                  R"(there is none; write such as [send text PING\r\n, expect prefix +PONG])");
  };
  return key;
}

Keys<CheckConfig> check_keys() {
  Keys<CheckConfig> keys{type_key()};
  const auto append = [&keys](const Keys<CheckConfig>& more) {
    keys.insert(keys.end(), more.begin(), more.end());
  };
  append(timing_keys());
  append(only_for({http, https}, "http or https", http_keys()));
  append(only_for({tls, https}, "tls or https",
                  {section("tls", &CheckConfig::tls, "How TLS is spoken.", tls_keys())}));
  append(login_keys());
  append(only_for({exchange}, "exchange", {steps_key()}));
  return keys;
}

}  // namespace

Key<CheckConfig> check_key() {
  auto key = section("check", "How endpoints are checked; *off*: they are not.", check_keys());
  key.about.more =
      "A type alone is short for a map with it: _check: tcp_. Checks come from the addresses that traffic "
      "comes "
      "from, and only decide who gets new sessions.";
  key.about.reload_class = live;
  key.about.form = check_type().form;
  key.about.short_for = "type";
  key.on = {[](const CheckConfig& check) { return check.type != off; },
            [](CheckConfig& check, bool on) { check.type = on ? type_of(check) : off; }};
  return key;
}

}  // namespace duplexd
