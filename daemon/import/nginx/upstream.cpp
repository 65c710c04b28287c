// upstream blocks, and the addresses that proxy_pass names.
#include "core/config/hints/foreign.hpp"
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/addresses.hpp"
#include "daemon/import/values/times.hpp"
#include "daemon/import/values/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace duplexd::importing::nginx {
namespace {

constexpr const char* alike_only =
    "duplexd has it alike for all endpoints of an upstream, and the first is carried";

std::string endpoint_text(std::string_view address, std::string_view service) {
  if (service.empty()) return plain(address);
  return service.find('.') == std::string_view::npos
             ? fmt::format("srv:_{}._tcp.{}", plain(service), plain(address))
             : fmt::format("srv:{}.{}", plain(service), plain(address));
}

/// The parameters of a server line.
struct Server {
  const Target& upstream;
  const Target& endpoint;

  void take(const Setting& option) const {
    const std::string value = plain(option.arg(0));
    if (option.key == "weight") return endpoint.set("weight", value, option);
    if (option.key == "max_conns")
      return value == "0" ? upstream.carry(option) : endpoint.set("max_sessions", value, option);
    if (option.key == "backup") return endpoint.set("backup", "true", option);
    if (option.key == "max_fails") return take_failures(value, option);
    if (option.key == "fail_timeout") {
      take_time("passive.ejection", option);
      return take_time("passive.longest", option);  // in nginx it does not grow
    }
    if (option.key == "slow_start") return take_time("slow_start", option);
    const bool is_usual = option.key == "down" || option.key == "resolve" || option.key == "service";
    is_usual ? upstream.carry(option) : upstream.refuse(option, "duplexd has nothing like it");
  }

 private:
  void take_failures(const std::string& value, const Setting& option) const {
    if (value == "0")
      return upstream.refuse(option, "duplexd always leaves alone for a time who fails in a row");
    set_alike("passive.failures", value, option);
  }
  void take_time(std::string_view key, const Setting& option) const {
    const auto time = time_of(option.arg(0), std::chrono::seconds(1));
    time ? set_alike(key, time_text(*time), option) : upstream.refuse(option, time.error().what);
  }
  void set_alike(std::string_view key, const std::string& value, const Setting& option) const {
    const Node& there = upstream.node().at(key);
    const bool other = there.kind == Node::Kind::scalar && there.text != value;
    other ? upstream.refuse(option, alike_only) : upstream.set(key, value, option);
  }
};

void carry_hash(const Block& hash, const Target& target) {
  const auto key = hash.head.arg(0);
  if (key != "$remote_addr" && key != "$binary_remote_addr")
    return target.refuse(hash.head, "duplexd knows of a client its address alone");
  target.set("balance", hash.head.arg(1) == "consistent" ? "consistent_hash" : "source_hash", hash.head);
}

void add_plain_endpoint(const std::string& pass, const Setting& line, const Target& target) {
  const bool has_port = pass.starts_with("unix:") || !split_address(pass).port.empty();
  if (!has_port) return target.refuse(line, "a port is missing, or there is no such upstream");
  target.item("endpoints").set("address", plain(pass), line);
}

/// Of one server alone nginx does not count failures either.
void note_failures(const Block& upstream, Draft& draft) {
  const auto servers = upstream.all("server");
  const bool is_silent = std::ranges::any_of(servers, [](const Block* server) {
    return std::ranges::find(server->head.options, "max_fails", &Setting::key) == server->head.options.end();
  });
  if (is_silent && servers.size() > 1)
    draft.note(
        "Where a server has no max_fails, nginx leaves it alone for 10 seconds after one failure; duplexd "
        "goes by "
        "what is in passive.");
}

/// What the server says of its connections to endpoints, as a text.
std::string proxy_settings(const Scope& server) {
  constexpr std::string_view of_upstreams = "proxy_protocol proxy_bind proxy_socket_keepalive";
  std::string all;
  for (const Setting& setting : server.settings) {
    if (!setting.key.starts_with("proxy_ssl") && !has_word(of_upstreams, setting.key)) continue;
    all += setting.key;
    for (const auto& arg : setting.args) all += " " + arg;
    all += ";";
  }
  return all;
}

}  // namespace

void carry_balance(const Block& upstream, const Target& target) {
  for (const Block& line : upstream.inside) {
    if (line.word() == "least_conn") target.set("balance", "least_connections", line.head);
    if (line.word() == "random") target.set("balance", "random", line.head);
    if (line.word() == "hash") carry_hash(line, target);
    if (line.word() == "zone") target.carry(line.head);  // workers of duplexd always share what they know
  }
}

void carry_endpoints(const Block& upstream, const Target& target) {
  for (const Block* const line : upstream.all("server")) {
    const auto& options = line->head.options;
    const auto found = std::ranges::find(options, "service", &Setting::key);
    const std::string_view service = found == options.end() ? std::string_view() : found->arg(0);
    const Target endpoint = target.item("endpoints");
    endpoint.set("address", endpoint_text(line->head.arg(0), service), line->head);
    const Server server{target, endpoint};
    for (const Setting& option : options) server.take(option);
    // Whatever its weight is.
    const auto down = std::ranges::find(options, "down", &Setting::key);
    if (down != options.end()) endpoint.set("weight", "0", *down);
  }
}

std::string upstream_for(const std::string& pass, const Setting& line, const Scope& server, Stream& stream) {
  auto& name = stream.upstreams[pass + "\n" + proxy_settings(server)];
  if (!name.empty()) return name;
  const auto blocks = stream.block.all("upstream");
  const auto found =
      std::ranges::find_if(blocks, [&](const Block* each) { return each->head.arg(0) == pass; });
  name = free_name(stream.draft, "upstreams", found != blocks.end() ? pass : "to-" + pass);
  const Target target = upstream_of(stream.draft, name);
  if (found != blocks.end()) {
    target.carry((*found)->head);
    carry_balance(**found, target);
    carry_endpoints(**found, target);
    note_failures(**found, stream.draft);
  } else {
    add_plain_endpoint(pass, line, target);
  }
  carry_proxy(server, found != blocks.end() ? pass : "", target);
  return name;
}

}  // namespace duplexd::importing::nginx
