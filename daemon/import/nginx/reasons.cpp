// Why duplexd has no place for a directive of nginx's.
#include "daemon/import/values/reasons.hpp"

#include "daemon/import/nginx/translation.hpp"

#include <array>

namespace duplexd::importing::nginx {
namespace {

constexpr std::string_view of_log =
    "duplexd writes a line of its own for each session; see log.output and log.fields";
constexpr std::string_view of_unit = "the unit of the service manager says it";
constexpr std::string_view no_passphrase = "duplexd's keys have no passphrase: write them without";
constexpr std::string_view any_depth = "duplexd takes chains of certificates of any length";
constexpr std::string_view unused = "nothing that is carried uses it";

constexpr std::array reasons{
    Reason{"access_log", of_log},
    Reason{"error_log", of_log},
    Reason{"log_format", of_log},
    Reason{"open_log_file_cache", of_log},
    Reason{"user", of_unit},
    Reason{"pid", of_unit},
    Reason{"daemon", of_unit},
    Reason{"worker_rlimit_nofile", of_unit},
    Reason{"worker_cpu_affinity", of_unit},
    Reason{"worker_connections",
           "duplexd takes as many sessions as it has descriptors for; see limits.sessions"},
    Reason{"load_module", "duplexd has no modules"},
    Reason{"js_", "duplexd runs no programs of others"},
    Reason{"use", "duplexd always uses epoll"},
    Reason{"multi_accept", "duplexd accepts in turns"},
    Reason{"accept_mutex", "every worker of duplexd has sockets of its own"},
    Reason{"http", "duplexd relays TCP, and does not read HTTP"},
    Reason{"mail", "duplexd relays TCP, and does not read mail protocols"},
    Reason{"return", "duplexd answers nobody by itself"},
    Reason{"resolver_timeout", "duplexd asks each name server up to three times"},
    Reason{"proxy_buffer_size",
           "duplexd has buffers for as long as bytes are on their way, and needs no size"},
    Reason{"proxy_next_upstream",
           "a session of duplexd tries all endpoints; see retry and timeouts.handshake"},
    Reason{"proxy_requests", "it is of UDP"},
    Reason{"proxy_responses", "it is of UDP"},
    Reason{"proxy_", unused},
    Reason{"proxy_ssl_ciphers", "duplexd offers endpoints the ciphers of OpenSSL"},
    Reason{"proxy_ssl_conf_command", "duplexd has nothing like it"},
    Reason{"proxy_ssl_crl", "duplexd has no lists of endpoints' certificates that were taken back"},
    Reason{"proxy_ssl_password_file", no_passphrase},
    Reason{"proxy_ssl_verify_depth", any_depth},
    Reason{"tcp_nodelay", unused},
    Reason{"allow", unused},
    Reason{"deny", unused},
    Reason{"preread_timeout", unused},
    Reason{"ssl_preread", "no map that is carried asks for it"},
    Reason{"ssl_session_cache", "duplexd resumes sessions by tickets"},
    Reason{"ssl_session_timeout", "duplexd's tickets are good for an hour"},
    Reason{"ssl_prefer_server_ciphers", "duplexd's order of ciphers counts"},
    Reason{"ssl_certificate_cache", "duplexd reads certificates at a start and at a reload"},
    Reason{"ssl_conf_command", "duplexd has nothing like it"},
    Reason{"ssl_key_log", "duplexd tells nobody the keys of sessions"},
    Reason{"ssl_ocsp", "duplexd asks no authority which certificates it has taken back"},
    Reason{"ssl_password_file", no_passphrase},
    Reason{"ssl_stapling", "duplexd shows what tls.certificates.ocsp_file has"},
    Reason{"ssl_trusted_certificate", "duplexd has one file of authorities: tls.client_certificates.ca_file"},
    Reason{"ssl_verify_depth", any_depth},
    Reason{"ssl_dhparam", "duplexd exchanges keys by elliptic curves"},
    Reason{"ssl_", "no listen line that is carried has ssl"},
    Reason{"limit_conn_log_level", of_log},
    Reason{"set_real_ip_from", "no listen line that is carried has proxy_protocol"},
    Reason{"limit_conn", "it goes by what is no address of a client"},
    Reason{"map", unused},
    Reason{"geo", unused},
    Reason{"split_clients", unused},
    Reason{"upstream", unused},
    Reason{"server", "it has no proxy_pass that can be carried"},
    Reason{"proxy_pass", unused},
    Reason{"listen", unused},
};

}  // namespace

std::string_view reason_against(const Setting& setting) { return reason_among(reasons, setting); }

}  // namespace duplexd::importing::nginx
