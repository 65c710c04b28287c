#include "daemon/control/explain/explain_command.hpp"

#include "core/config/spelling/wording.hpp"
#include "core/net/address/address_text.hpp"
#include "daemon/control/explain/explain_json.hpp"
#include "daemon/control/json_text.hpp"
#include "daemon/control/query.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <optional>

namespace duplexd {
namespace {

namespace json = boost::json;

constexpr std::string_view unix_word = "unix";

ControlResponse explain_response(unsigned status, const json::value& body) {
  return {status, json::serialize(body)};
}

ControlResponse unexplained(unsigned status, std::string_view sentence) {
  return explain_response(status, json::object{{"error", text(sentence)}});
}

/// "192.0.2.1", "2001:db8::1" and "[2001:db8::1]" with a port that the kernel would choose.
std::string with_port(std::string_view source) {
  const bool in_brackets = source.starts_with('[') && source.ends_with(']');
  if (!in_brackets && !parse_ip(source)) return std::string(source);
  const bool needs_brackets = !in_brackets && source.find(':') != source.npos;
  return needs_brackets ? fmt::format("[{}]:0", source) : fmt::format("{}:0", source);
}

Parsed<PeerAddress> source_of(std::string_view text) {
  if (text == unix_word) return PeerAddress(*SocketAddress::parse("unix:@client"));
  const auto address = SocketAddress::parse(with_port(text));
  if (address && !address->is_unix()) return PeerAddress(*address);
  return ParseError{
      fmt::format("source {} is no address: write 192.0.2.1, 192.0.2.1:50000, [2001:db8::1]:50000, "
                  "or unix for a client of a Unix socket",
                  in_quotes(text))};
}

Parsed<std::string> server_name_of(const std::string& text) {
  if (text.empty() || !ClientHello(text, "").server_name().empty()) return parsed_text(text);
  return ParseError{
      fmt::format("sni {} is no host name: write one such as www.example.com, or \"\" for a client "
                  "that names none",
                  in_quotes(text))};
}

std::optional<std::string> parameter(const Query& query, std::string_view name) {
  const auto found = query.find(name);
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Parsed<ExplainQuestion> explain_question(std::string_view target) {
  const auto query = parse_query(target, {"listener", "source", "sni", "port", "proxied"});
  if (!query) return query.error();
  const auto listener = parameter(*query, "listener");
  const auto source = parameter(*query, "source");
  if (!listener || !source) return ParseError{"the listener and the source are needed"};
  const auto client = source_of(*source);
  if (!client) return client.error();
  ExplainQuestion question{.listener = *listener, .client = *client};
  if (const auto given = parameter(*query, "sni")) {
    const auto name = server_name_of(*given);
    if (!name) return name.error();
    question.server_name = *name;
  }
  if (const auto given = parameter(*query, "port")) {
    const auto port = parse_port(*given);
    if (!port)
      return ParseError{fmt::format("port {} is none: write one from 1 to 65535", in_quotes(*given))};
    question.port = *port;
  }
  question.proxied = parameter(*query, "proxied") == "true";
  return question;
}

ControlCommand explain_command(const Server& server, const Reloader& reloader) {
  const auto answer = [&server, &reloader](const ControlRequest& request) {
    const auto question = explain_question(request.target);
    if (!question) return unexplained(400, question.error().what);
    const auto told = server.explain(*question);
    if (!told) return unexplained(told.error().is_unknown ? 404 : 409, told.error().sentence);
    const Written written(reloader.effective(), reloader.items());
    const auto report = told->upstream ? server.report(told->upstream->name) : std::nullopt;
    return explain_response(
        200, explain_json(*told, {*question, server.config(), written, report ? &*report : nullptr}));
  };
  return {"GET", "/v1/explain",
          [answer](const ControlRequest& request, const ControlServer::Respond& respond) {
            respond(answer(request));
          }};
}

}  // namespace duplexd
