#include "core/control/http.hpp"

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <fmt/format.h>

namespace duplexd {
namespace {

namespace http = boost::beast::http;
using Head = http::response<http::empty_body>;

constexpr unsigned not_modified = 304;  // tells nothing of a body (RFC 9110, 15.4.5)

Head head_of(const ControlResponse& response, HttpConnection connection) {
  Head head;
  head.version(11);
  head.result(response.status);
  for (const HttpField& each : response.fields)
    head.set(boost::string_view(each.name.data(), each.name.size()), each.value);
  if (!response.allow.empty()) head.set(http::field::allow, response.allow);
  if (!response.authenticate.empty()) head.set(http::field::www_authenticate, response.authenticate);
  head.keep_alive(connection.keep_alive);
  if (response.status == not_modified) return head;
  head.set(http::field::content_type, response.content_type);
  head.content_length(response.body.size());
  return head;
}

void append(std::string& text, const auto& buffers) {
  for (const boost::asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
    text.append(static_cast<const char*>(part.data()), part.size());
  }
}

std::string text_of(const Head& head) {
  http::response_serializer<http::empty_body> serializer(head);
  std::string text;
  while (!serializer.is_done()) {
    boost::system::error_code never;
    const std::size_t before = text.size();
    serializer.next(never,
                    [&text](boost::system::error_code&, const auto& buffers) { append(text, buffers); });
    serializer.consume(text.size() - before);
  }
  return text;
}

}  // namespace

// The head goes into the room that a long body mostly has left.
std::string to_wire(ControlResponse response, HttpConnection connection) {
  std::string head = text_of(head_of(response, connection));
  if (connection.head || response.status == not_modified) return head;
  return std::move(response.body.insert(0, head));
}

ControlResponse error_response(unsigned status, std::string_view sentence) {
  return {.status = status, .body = fmt::format(R"({{"error":"{}"}})", sentence)};
}

}  // namespace duplexd
