// How the servers of a backend are checked.
#include "daemon/import/haproxy/translation.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <array>

namespace duplexd::importing::haproxy {
namespace {

struct Kind {
  std::string_view option;
  std::string_view type;
};
constexpr std::array kinds{Kind{"option redis-check", "redis"},    Kind{"option mysql-check", "mysql"},
                           Kind{"option pgsql-check", "postgres"}, Kind{"option smtpchk", "smtp"},
                           Kind{"option ldap-check", "ldap"},      Kind{"option ssl-hello-chk", "tls"}};

void carry_user(const Setting& option, const Target& upstream) {
  if (option.arg(0) == "user") upstream.set("check.user", option.arg(1), option);
}

/// "HTTP/1.1\r\nHost:\ www": a trick of old files for headers.
void carry_trick(std::string_view version, const Setting& option, const Target& upstream) {
  for (const auto line : split(version, '\n')) {
    const auto text = line.substr(0, line.find('\r'));
    const auto colon = text.find(": ");
    if (colon == std::string_view::npos) continue;
    const bool is_host = text.substr(0, colon) == "Host" || text.substr(0, colon) == "host";
    is_host ? upstream.set("check.host", text.substr(colon + 2), option)
            : upstream.add("check.headers", text, option);
  }
}

void carry_request(const Setting& option, const Target& upstream) {
  const bool only_path = option.args.size() == 1;
  upstream.set("check.method", option.args.size() > 1 ? option.arg(0) : "OPTIONS", option);
  if (!option.args.empty()) upstream.set("check.path", option.arg(only_path ? 0 : 1), option);
  carry_trick(option.arg(2), option, upstream);
}

void carry_sent_header(std::string_view name, std::string_view value, const Setting& send,
                       const Target& upstream) {
  const bool is_host = name == "Host" || name == "host";
  is_host ? upstream.set("check.host", value, send)
          : upstream.add("check.headers", fmt::format("{}: {}", name, value), send);
}

/// The words of "http-check send": "meth" and "uri" have a value, "hdr" a name and a value.
void carry_send(const Setting& send, const Target& upstream) {
  upstream.carry(send);
  for (std::size_t word = 0; word < send.args.size(); word += send.arg(word) == "hdr" ? 3 : 2) {
    const std::string_view what = send.arg(word), value = send.arg(word + 1);
    if (what == "meth") upstream.set("check.method", value, send);
    if (what == "uri") upstream.set("check.path", value, send);
    if (what == "hdr") carry_sent_header(value, send.arg(word + 2), send, upstream);
    const bool is_known = what == "meth" || what == "uri" || what == "hdr" || what == "ver";
    if (!is_known) return upstream.refuse(send, "duplexd's checks have no such part");
  }
}

void carry_expectation(const Setting& expect, const Target& upstream) {
  const auto how = expect.arg(0), what = expect.arg(1);
  if (how == "string") return upstream.set("check.body", fmt::format("contains {}", what), expect);
  if (how == "rstring") return upstream.set("check.body", fmt::format("regex {}", what), expect);
  if (how != "status") return upstream.refuse(expect, "write status or body of check by hand");
  for (const auto range : split(what, ',')) upstream.add("check.status", range, expect);
}

void carry_http(const Section& section, const Setting& option, bool with_tls, const Target& upstream) {
  upstream.set("check.type", with_tls ? "https" : "http", option);
  carry_request(option, upstream);
  if (const Setting* const send = section.all.last("http-check send")) carry_send(*send, upstream);
  if (const Setting* const expect = section.all.last("http-check expect"))
    carry_expectation(*expect, upstream);
}

void carry_type(const Section& section, const Servers& servers, const Setting& check) {
  const Target& upstream = servers.upstream();
  const bool with_tls = servers.alike("ssl") || servers.alike("check-ssl");
  for (const Kind& kind : kinds) {
    const Setting* const option = section.all.last(kind.option);
    if (!option) continue;
    upstream.set("check.type", kind.type, *option);
    if (kind.type == "tls") upstream.set("check.tls.verify", "false", *option);
    return carry_user(*option, upstream);
  }
  if (const Setting* const option = section.all.last("option httpchk"))
    return carry_http(section, *option, with_tls, upstream);
  upstream.set("check.type", with_tls ? "tls" : "tcp", check);
  carry_exchange(section, upstream);
}

void carry_check_tls(const Servers& servers, const Global& global) {
  const Target& upstream = servers.upstream();
  const Node* const check = upstream.node().find("check");
  const Node* const type = check ? check->find("type") : nullptr;
  if (!type || (type->text != "https" && type->text != "tls")) return;
  const Setting* const verify = servers.alike("verify");
  if (verify && verify->arg(0) == "none") upstream.set("check.tls.verify", "false", *verify);
  const Setting* const authority = servers.alike("ca-file");
  if (authority && authority->arg(0) != "@system-ca")
    upstream.set("check.tls.ca_file", in_folder(global.authority_folder, authority->arg(0)), *authority);
  const Setting* const name = servers.alike("check-sni");
  if (name) upstream.set("check.tls.server_name", name->arg(0), *name);
}

void remark_unchecked(const Servers& servers) {
  for (const Server& server : servers.all())
    if (!server.options.last("check"))
      servers.upstream().remark(*server.line, "this one is checked as the others are");
}

}  // namespace

void carry_checks(const Section& section, const Servers& servers, const Global& global) {
  const Setting* const check = servers.alike("check");
  if (!check) return;
  carry_type(section, servers, *check);
  carry_check_tls(servers, global);
  remark_unchecked(servers);
  servers.carry_text("port", "check.port");
  servers.carry_time("inter", "check.interval");
  servers.carry_time("downinter", "check.interval_down");
  servers.carry_text("rise", "check.rise");
  servers.carry_text("fall", "check.fall");
  carry_time(section.all, "timeout check", "check.timeout", servers.upstream());
}

}  // namespace duplexd::importing::haproxy
