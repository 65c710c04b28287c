// proxy_pass: to an upstream, or by a variable to several of them.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace duplexd::importing::nginx {
namespace {

/// A line of a map: what the client has to be, and where it goes then.
struct Choice {
  const Setting* line;
  std::string value;  ///< "" is one, too, of a client without TLS
  std::string pass;
};

/// Makes routes of a map, one per place that clients go to.
class MapReader {
 public:
  MapReader(const Variable& variable, const Setting& pass, const Scope& scope, const Target& listener,
            Stream& stream)
      : variable_(variable), pass_(pass), scope_(scope), listener_(listener), stream_(stream) {}

  void carry() {
    listener_.carry(variable_.block->head);
    listener_.carry(pass_);
    for (const Block& line : variable_.block->inside) take(line.head);
    variable_.by == Variable::By::protocol ? carry_protocols() : carry_choices();
    if (default_) carry_default();
  }

 private:
  void take(const Setting& line) {
    const std::string word = line.key;
    if (word == "hostnames" || word == "volatile") return listener_.carry(line);
    if (line.args.size() != 1) return listener_.refuse(line, "it has no value, or several");
    if (word == "default") return void(default_ = &line);
    if (word.starts_with('~')) return listener_.refuse(line, "duplexd's routes know no regular expressions");
    // A backslash in front says that the word is no word of map's own.
    choices_.push_back({&line, word.starts_with('\\') ? word.substr(1) : word, std::string(line.arg(0))});
  }

  std::string upstream_of_choice(const std::string& pass, const Setting& line) {
    if (pass.find('$') == std::string::npos) return upstream_for(pass, line, scope_, stream_);
    listener_.refuse(line, "duplexd's endpoints are written out, or found by names");
    return "";
  }

  void carry_choices() {
    for (const Choice& choice : choices_) {
      const auto values = values_of(choice);
      if (values.empty()) continue;
      const std::string upstream = upstream_of_choice(choice.pass, *choice.line);
      if (upstream.empty()) continue;
      const Target route = route_to(upstream, *choice.line);
      for (const auto& value : values) route.add(key(), value, *choice.line);
    }
  }

  /// A route that is there already gets another condition: order does not matter between unlike names.
  Target route_to(const std::string& upstream, const Setting& line) {
    if (variable_.by == Variable::By::name)
      if (Node* const routes = listener_.node().find("routes"))
        for (Node& there : routes->children)
          if (const Node* const to = there.find("upstream"); to && to->text == upstream)
            return {listener_.draft(), there, listener_.path()};
    Target route = listener_.item("routes");
    route.set("upstream", upstream, line);
    return route;
  }

  const char* key() const {
    if (variable_.by == Variable::By::source) return "source";
    return variable_.by == Variable::By::port ? "destination_port" : "sni";
  }

  /// Empty: it is refused.
  std::vector<std::string> values_of(const Choice& choice) {
    if (variable_.by == Variable::By::name) return names_of(choice);
    if (variable_.by != Variable::By::source) return {plain(choice.value)};
    if (auto network = network_text(choice.value)) return {*std::move(network)};
    listener_.refuse(*choice.line, "duplexd's routes know networks and addresses");
    return {};
  }

  /// ".example.com" is the name and all names below it.
  std::vector<std::string> names_of(const Choice& choice) {
    if (choice.value.starts_with('.')) return {plain(choice.value.substr(1)), "*" + plain(choice.value)};
    if (!choice.value.empty() && !choice.value.ends_with(".*")) return {plain(choice.value)};
    listener_.refuse(*choice.line, "duplexd's routes know names, and all names below one");
    return {};
  }

  /// By versions of TLS: clients that speak it, and the others.
  void carry_protocols() {
    const auto is_other = [](const Choice& choice) { return choice.value.empty(); };
    const auto tls = std::ranges::find_if_not(choices_, is_other);
    const auto other = std::ranges::find_if(choices_, is_other);
    for (const Choice& choice : choices_)
      if (!is_other(choice) && choice.pass != tls->pass)
        return listener_.refuse(*choice.line, "duplexd's routes do not tell versions of TLS apart");
    const Setting* const with_tls = tls != choices_.end() ? tls->line : default_;
    const Setting* const without = other != choices_.end() ? other->line : default_;
    if (with_tls) take_protocol(*with_tls, true);
    if (without) take_protocol(*without, false);
    for (const Choice& choice : choices_) listener_.carry(*choice.line);
    if (default_) listener_.carry(*default_);
    default_ = nullptr;
  }

  void take_protocol(const Setting& line, bool has_tls) {
    const std::string upstream = upstream_of_choice(std::string(line.arg(0)), line);
    if (upstream.empty()) return;
    if (!has_tls) return listener_.set("upstream", upstream, line);
    Target route = listener_.item("routes");
    route.set("upstream", upstream, line);
    route.add("sni", "default", line);
  }

  void carry_default() {
    const std::string upstream = upstream_of_choice(std::string(default_->arg(0)), *default_);
    if (!upstream.empty()) listener_.set("upstream", upstream, *default_);
  }

  const Variable& variable_;
  const Setting& pass_;
  const Scope& scope_;
  const Target& listener_;
  Stream& stream_;
  std::vector<Choice> choices_{};
  const Setting* default_ = nullptr;
};

void carry_variable(const Setting& pass, const Scope& scope, const Target& listener, Stream& stream) {
  const auto found = stream.variables.find(pass.arg(0));
  if (found == stream.variables.end())
    return listener.refuse(pass, "duplexd's endpoints are written out, or found by names");
  const Variable& variable = found->second;
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
