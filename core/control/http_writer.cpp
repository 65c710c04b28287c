#include "core/control/http.hpp"

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <fmt/format.h>

namespace duplexd {
namespace {

namespace http = boost::beast::http;
using Message = http::response<http::string_body>;

Message to_message(const ControlResponse& response, HttpConnection connection) {
  Message message;
  message.version(11);
  message.result(response.status);
  message.set(http::field::content_type, response.content_type);
  if (!response.allow.empty()) message.set(http::field::allow, response.allow);
  if (!response.authenticate.empty()) message.set(http::field::www_authenticate, response.authenticate);
  message.keep_alive(connection.keep_alive);
  message.body() = response.body;
  message.prepare_payload();
  return message;
}

}  // namespace

std::string to_wire(const ControlResponse& response, HttpConnection connection) {
  Message message = to_message(response, connection);
  http::response_serializer<http::string_body> serializer(message);
  serializer.split(connection.head);
  std::string text;
  while (!serializer.is_done() && !(connection.head && serializer.is_header_done())) {
    boost::system::error_code never;
    const std::size_t before = text.size();
    serializer.next(never, [&text](boost::system::error_code&, const auto& buffers) {
      for (const boost::asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
        text.append(static_cast<const char*>(part.data()), part.size());
      }
    });
    serializer.consume(text.size() - before);
  }
  return text;
}

ControlResponse error_response(unsigned status, std::string_view sentence) {
  return {.status = status, .body = fmt::format(R"({{"error":"{}"}})", sentence)};
}

}  // namespace duplexd
