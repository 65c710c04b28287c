#include "core/health/checks/checks.hpp"
#include "core/health/conversation/check_end.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

namespace http = boost::beast::http;
using Response = http::response_parser<http::string_body>;

std::string request(const HttpCheck& check, const std::string& host) {
  auto text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: duplexd\r\nConnection: close\r\n",
                          check.method, check.path, host);
  for (const auto& [name, value] : check.headers) text += fmt::format("{}: {}\r\n", name, value);
  return text + "\r\n";
}

/// Lets the parser take what it can of what has been received.
void parse(Conversation& peer, Response& response) {
  boost::system::error_code error;
  const auto text = peer.received();
  peer.take(response.put(boost::asio::buffer(text.data(), text.size()), error));
  if (error && error != http::error::need_more) fail_but_connected("its answer is not HTTP");
}

/// An answer without a length has no other end than that of the connection.
void parse_end(Response& response) {
  boost::system::error_code error;
  if (!response.got_some()) fail_but_connected("it ended without an answer");
  response.put_eof(error);
  if (error) fail_but_connected("it ended amid its answer");
}

Conversation::Awaitable<void> receive(Conversation& peer, Response& response) {
  const bool more = co_await peer.receive();
  if (more)
    parse(peer, response);
  else
    parse_end(response);
}

bool is_expected(unsigned status, const HttpCheck& check) {
  return std::ranges::any_of(check.statuses, [status](const StatusRange& range) {
    return range.first <= status && status <= range.last;
  });
}

}  // namespace

Words check_http(Conversation& peer, const PreparedCheck& check) {
  const auto& config = check.config->http;
  if (check.tls) co_await peer.secure(*check.tls);
  co_await peer.send(request(config, config.host.empty() ? peer.target().name : config.host));
  Response response;
  response.eager(true);
  response.skip(config.method == "HEAD");
  while (!response.is_header_done()) co_await receive(peer, response);
  const unsigned status = response.get().result_int();
  if (!is_expected(status, config)) fail_but_connected(fmt::format("answered {}", status));
  if (config.body.how == TextMatch::How::anything) co_return fmt::format("answered {}", status);
  while (!response.is_done()) co_await receive(peer, response);
  if (!check.body(response.get().body()))
    fail_but_connected(fmt::format("answered {} without the expected body", status));
  co_return fmt::format("answered {} with the expected body", status);
}

}  // namespace duplexd
