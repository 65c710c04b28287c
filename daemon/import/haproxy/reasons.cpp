// Why duplexd has no place for a setting of HAProxy's.
#include "daemon/import/values/reasons.hpp"

#include "daemon/import/haproxy/translation.hpp"

#include <array>

namespace duplexd::importing::haproxy {
namespace {

constexpr std::string_view of_http = "it is of HTTP, which duplexd does not read";
constexpr std::string_view of_log =
    "duplexd writes a line of its own for each session; see log.output and log.fields";
constexpr std::string_view of_unit = "the unit of the service manager says it";
constexpr std::string_view of_tuning = "duplexd sizes this by itself";
constexpr std::string_view of_table =
    "duplexd keeps no tables; see limits.per_source, limits.per_source_rate and balance";
constexpr std::string_view of_status = "duplexctl status and duplexctl metrics show it";
constexpr std::string_view no_check = "no check that is carried uses it";

constexpr std::string_view unused = "nothing that is carried uses it";

constexpr std::array reasons{
    Reason{"timeout client", unused},
    Reason{"timeout server", unused},
    Reason{"timeout connect", unused},
    Reason{"timeout queue", unused},
    Reason{"timeout tunnel", unused},
    Reason{"retries", unused},
    Reason{"balance", unused},
    Reason{"hash-type", "balance does not ask for it"},
    Reason{"maxconn", unused},
    Reason{"option redispatch", unused},
    Reason{"option tcpka", unused},
    Reason{"option tcp-check", no_check},
    Reason{"option httpchk", no_check},
    Reason{"option mysql-check", no_check},
    Reason{"option pgsql-check", no_check},
    Reason{"option redis-check", no_check},
    Reason{"option smtpchk", no_check},
    Reason{"option ldap-check", no_check},
    Reason{"option ssl-hello-chk", no_check},
    Reason{"http-check", no_check},
    Reason{"http-check send-state", "duplexd's checks say nothing of the endpoint"},
    Reason{"http-check disable-on-404", "404 fails a check; see duplexctl endpoint drain"},
    Reason{"log", of_log},
    Reason{"option httplog", of_http},
    Reason{"option tcplog", of_log},
    Reason{"option dontlognull", "log.empty: off is of all listeners, and not all of these have it"},
    Reason{"option dontlog-normal", "see log.sample"},
    Reason{"option log", of_log},
    Reason{"option http", of_http},
    Reason{"option forward", of_http},
    Reason{"option abortonclose", "duplexd relays the end of a client's stream, and asks nothing of it"},
    Reason{"option nolinger", "duplexd resets where an end cannot be told in order, and nowhere else"},
    Reason{"option persist", "duplexd keeps no client at an endpoint that is down"},
    Reason{"option allbackups", unused},
    Reason{"option external-check", "duplexd starts no programs; see check.type"},
    Reason{"option log-health-checks", "duplexd logs every change of health"},
    Reason{"external-check", "duplexd starts no programs; see check.type"},
    Reason{"option", "duplexd has no such option"},
    Reason{"timeout check", no_check},
    Reason{"timeout http", of_http},
    Reason{"timeout tarpit", of_http},
    Reason{"http", of_http},
    Reason{"mode", of_http},
    Reason{"cookie", of_http},
    Reason{"errorfile", of_http},
    Reason{"errorloc", of_http},
    Reason{"capture", of_http},
    Reason{"compression", of_http},
    Reason{"monitor", of_http},
    Reason{"redirect", of_http},
    Reason{"stats", of_status},
    Reason{"stick", of_table},
    Reason{"tcp-request", of_table},
    Reason{"tcp-request content", "write a route with reject by hand"},
    Reason{"tcp-request inspect-delay", "no route that is carried waits for what a client says"},
    Reason{"tcp-check", no_check},
    Reason{"daemon", of_unit},
    Reason{"user", of_unit},
    Reason{"group", of_unit},
    Reason{"uid", of_unit},
    Reason{"gid", of_unit},
    Reason{"chroot", of_unit},
    Reason{"pidfile", of_unit},
    Reason{"ulimit-n", of_unit},
    Reason{"setenv", "variables come from the environment of the process"},
    Reason{"presetenv", "variables come from the environment of the process"},
    Reason{"nbproc", "duplexd is one process; see workers"},
    Reason{"cpu-map", of_unit},
    Reason{"tune", of_tuning},
    Reason{"spread-checks", "see check.jitter"},
    Reason{"ssl-", "write it below tls of each listener"},
    Reason{"lua", "duplexd runs no programs of others"},
    Reason{"fullconn", "duplexd does not make limits follow the load"},
    Reason{"acl", "no rule that is carried asks for it"},
    Reason{"default_backend", "this backend is not carried"},
    Reason{"mss", "the route or nftables sets it"},
    Reason{"crt-list", "duplexd takes certificates file by file"},
    Reason{"name", "duplexd names a listener as a whole"},
    Reason{"on-marked-up", "it counts for servers that are no backups"},
    Reason{"error-limit", "no server has observe"},
    Reason{"id", "duplexd goes by names"},
    Reason{"description", "it is a comment"},
    Reason{"track", "duplexd checks each upstream by itself"},
    Reason{"agent", "duplexd has no agents; see duplexctl endpoint weight"},
    Reason{"inter", no_check},
    Reason{"fastinter", "duplexd has no interval of its own for a change"},
    Reason{"rise", no_check},
    Reason{"fall", no_check},
    Reason{"hold", "names are looked up as their TTL says; see resolve.interval"},
    Reason{"resolve_retries", "duplexd asks each name server up to three times"},
    Reason{"timeout resolve", "names are looked up as their TTL says; see resolve.interval"},
    Reason{"timeout retry", "duplexd waits 1, 2 and 4 seconds for a name server"},
    Reason{"accepted_payload_size", "duplexd asks again by TCP where an answer is too long"},
};

// First words of tcp-request rules.
constexpr std::array actions{
    Reason{"silent-drop",
           "duplexd closes or resets whom it does not serve, and drops nobody in silence; see "
           "access.deny"},
    Reason{"expect-proxy", "write proxy_protocol.from with these networks, and mode, by hand"},
    Reason{"expect-netscaler-cip", "duplexd reads PROXY headers alone"},
    Reason{"set-", "duplexd has no such action"},
    Reason{"unset-", "duplexd has no such action"},
    Reason{"use-service", "duplexd has no such action"},
    Reason{"lua.", "duplexd runs no programs of others"},
};

}  // namespace

std::string_view reason_against(const Setting& setting) {
  if (setting.key.starts_with("tcp-request"))
    for (const Reason& action : actions)
      if (setting.arg(0).starts_with(action.start)) return action.why;
  return reason_among(reasons, setting);
}

}  // namespace duplexd::importing::haproxy
