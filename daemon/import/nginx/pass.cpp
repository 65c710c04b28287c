// proxy_pass: to an upstream, or by a variable to several of them.
#include "daemon/import/nginx/translation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

constexpr const char* no_versions = "duplexd's routes do not tell versions of TLS apart";
constexpr const char* not_written = "duplexd's endpoints are written out, or found by names";

/// Makes routes of a map or geo, one per place that neighbours go to.
class MapReader {
 public:
  MapReader(const Variable& variable, const Setting& pass, const Scope& scope, const Target& listener,
            Stream& stream)
      : variable_(variable), pass_(pass), scope_(scope), listener_(listener), stream_(stream) {}

  void carry() {
    const Choices choices = choices_of(variable_, listener_);
    if (variable_.by == Variable::By::protocol) return carry_protocols(choices);
    accept();
    for (const Choice& choice : choices.all) take(choice);
    if (choices.otherwise) carry_default(*choices.otherwise);
  }

 private:
  void accept() {
    listener_.carry(variable_.block->head);
    listener_.carry(pass_);
  }

  std::string upstream_of_choice(const Setting& line) {
    const std::string pass(line.arg(0));
    if (pass.find('$') == std::string::npos) return upstream_for(pass, line, scope_, stream_);
    listener_.refuse(line, not_written);
    return "";
  }

  void take(const Choice& choice) {
    const Target route = route_to(upstream_of_choice(*choice.line), *choice.line);
    route.add(key(), choice.value, *choice.line);
    route.demand(key(), *choice.line, "without it all clients would go there");
  }

  /// The last route if it goes there, or a new one. Clients that cannot be led where they belong go nowhere
  /// else.
  Target route_to(const std::string& upstream, const Setting& line) {
    if (Node* const routes = listener_.node().find("routes"))
      if (const Node* const to = routes->children.back().find("upstream"); to && to->text == upstream)
        return {listener_.draft(), routes->children.back(), listener_.path()};
    Target route = listener_.item("routes");
    if (!upstream.empty()) {
      route.set("upstream", upstream, line);
    } else {
      route.set("reject", "true", line);
      listener_.remark(line, "these clients are closed");
    }
    return route;
  }

  const char* key() const {
    if (variable_.by == Variable::By::source) return "source";
    return variable_.by == Variable::By::port ? "destination_port" : "sni";
  }

  /// By versions of TLS: clients that speak it, which have to go one way, and the others.
  void carry_protocols(const Choices& choices) {
    const Setting* with_tls = choices.otherwise;
    const Setting* without = choices.otherwise;
    for (const Choice& choice : choices.all) {
      const bool is_other = choice.value.empty();
      const bool fits = is_other || (choices.otherwise && choices.otherwise->arg(0) == choice.line->arg(0));
      if (!fits) return listener_.refuse(pass_, no_versions);
      if (is_other) without = choice.line;
    }
    accept();
    route_protocols(with_tls, without);
    for (const Choice& choice : choices.all) listener_.carry(*choice.line);
  }

  void route_protocols(const Setting* with_tls, const Setting* without) {
    const Setting& line = with_tls ? *with_tls : pass_;
    const Target route = route_to(with_tls ? upstream_of_choice(line) : "", line);
    route.add("sni", "default", line);
    if (without) carry_default(*without);
  }

  void carry_default(const Setting& line) {
    const std::string upstream = upstream_of_choice(line);
    if (!upstream.empty()) listener_.set("upstream", upstream, line);
  }

  const Variable& variable_;
  const Setting& pass_;
  const Scope& scope_;
  const Target& listener_;
  Stream& stream_;
};

/// Why the map cannot be carried as a whole; "": it can.
std::string_view reason_against_map(const Variable& variable, const Scope& scope) {
  const auto has_line = [&](std::string_view word) { return !variable.block->all(word).empty(); };
  if (variable.block->word() == "geo" && (has_line("ranges") || has_line("delete")))
    return "duplexd's routes know networks and addresses, no ranges, and none that others are taken out of";
  const bool reads_ahead = variable.block->head.arg(0).starts_with("$ssl_preread_");
  const auto is_pattern = [](const Block& line) { return line.word().starts_with('~'); };
  if (variable.by == Variable::By::protocol && std::ranges::any_of(variable.block->inside, is_pattern))
    return no_versions;
  if (reads_ahead && !is_on(scope.last("ssl_preread")))
    return "without ssl_preread nginx does not know what clients ask for";
  return "";
}

void carry_variable(const Setting& pass, const Scope& scope, const Target& listener, Stream& stream) {
  const auto found = stream.variables.find(pass.arg(0));
  if (found == stream.variables.end()) return listener.refuse(pass, not_written);
  const Variable& variable = found->second;
  const auto against = reason_against_map(variable, scope);
  if (!against.empty()) return listener.refuse(pass, against);
  if (variable.by == Variable::By::share) {
    const std::string upstream = carry_shares(*variable.block, pass, scope, stream);
    if (!upstream.empty()) listener.set("upstream", upstream, pass);
  } else if (variable.by == Variable::By::unknown) {
    listener.refuse(
        pass, fmt::format("duplexd's routes know the name that a client asks for, its address and the port, "
                          "not {}",
                          variable.block->head.arg(0)));
  } else {
    MapReader(variable, pass, scope, listener, stream).carry();
  }
}

}  // namespace

bool carry_pass(const Scope& scope, const Target& listener, Stream& stream) {
  const Setting* const pass = scope.last("proxy_pass");
  if (!pass) return false;
  const std::string to(pass->arg(0));
  if (to.find('$') != std::string::npos) {
    carry_variable(*pass, scope, listener, stream);
  } else {
    const std::string upstream = upstream_for(to, *pass, scope, stream);
    if (!upstream.empty()) listener.set("upstream", upstream, *pass);
  }
  if (const Setting* const preread = scope.last("ssl_preread")) listener.carry(*preread);
  return listener.node().find("upstream") || listener.node().find("routes");
}

}  // namespace duplexd::importing::nginx
