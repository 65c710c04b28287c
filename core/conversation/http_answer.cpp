#include "core/conversation/http_answer.hpp"

#include "core/conversation/conversation_end.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/optional.hpp>
#include <fmt/format.h>

namespace duplexd {

namespace http = boost::beast::http;

std::string HttpQuestion::text() const {
  auto all = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: duplexd\r\nConnection: close\r\n", method,
                         path, host);
  for (const auto& [name, value] : headers) all += fmt::format("{}: {}\r\n", name, value);
  if (!body.empty()) all += fmt::format("Content-Length: {}\r\n", body.size());
  return all + "\r\n" + body;
}

HttpAnswer::HttpAnswer(Conversation& peer, bool has_no_body) : peer_(peer) {
  parser_.eager(true);
  parser_.skip(has_no_body);
  parser_.body_limit(boost::none);  // the conversation has one
}

HttpAnswer::Awaitable<unsigned> HttpAnswer::status() {
  while (!parser_.is_header_done()) co_await receive();
  co_return parser_.get().result_int();
}

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto value = parser_.get()[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

HttpAnswer::Awaitable<std::string_view> HttpAnswer::body() {
  while (!parser_.is_done()) co_await receive();
  co_return text();
}

HttpAnswer::Awaitable<bool> HttpAnswer::more() {
  if (parser_.is_done()) co_return false;
  peer_.begin_answer();
  co_await receive();
  co_return true;
}

HttpAnswer::Awaitable<void> HttpAnswer::receive() {
  const bool more = co_await peer_.receive();
  more ? parse() : parse_end();
}

/// Lets the parser take what it can of what has been received.
void HttpAnswer::parse() {
  boost::system::error_code error;
  const auto bytes = peer_.received();
  peer_.take(parser_.put(boost::asio::buffer(bytes.data(), bytes.size()), error));
  if (error && error != http::error::need_more) fail_but_connected("its answer is not HTTP");
}

/// An answer without a length has no other end than that of the connection.
void HttpAnswer::parse_end() {
  boost::system::error_code error;
  if (!parser_.got_some()) fail_but_connected("it ended without an answer");
  parser_.put_eof(error);
  if (error) fail_but_connected("it ended amid its answer");
}

}  // namespace duplexd
