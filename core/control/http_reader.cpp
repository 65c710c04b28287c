#include "core/control/http.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

#include <utility>

namespace duplexd {
namespace {

namespace http = boost::beast::http;

ControlResponse too_large(unsigned status, std::string_view what, std::uint64_t most) {
  return error_response(status, fmt::format("{} too large: {} bytes at most", what, most));
}

ControlResponse refusal(const boost::system::error_code& error, const ControlLimits& limits) {
  if (error == http::error::header_limit)
    return too_large(431, "the request line and the header are", limits.header_bytes);
  if (error == http::error::body_limit) return too_large(413, "the body is", limits.body_bytes);
  return error_response(400, "this is not an HTTP/1.1 request");
}

}  // namespace

void HttpReader::expect_next() {
  parser_.emplace();
  parser_->header_limit(limits_.header_bytes);
  parser_->body_limit(limits_.body_bytes);
  parser_->eager(true);
}

void HttpReader::append(std::span<const std::byte> bytes) {
  unread_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// A chunked body could carry any number of bytes in chunk extensions, so it is refused (RFC 9112, 6.3).
HttpInput HttpReader::next() {
  if (unread_.empty()) return {};
  boost::system::error_code error;
  unread_.erase(0, parser_->put(boost::asio::buffer(unread_), error));
  if (error && error != http::error::need_more) return refusal(error, limits_);
  if (!parser_->is_header_done()) return {};
  if (parser_->chunked()) return error_response(411, "a body needs a Content-Length");
  if (!parser_->is_done()) return {};
  const auto& header = parser_->get();
  const auto hosts = header.count(http::field::host);
  if (hosts > 1 || (header.version() == 11 && hosts == 0)) {
    return error_response(400, "a request needs one Host");
  }
  return take();
}

HttpRequest HttpReader::take() {
  auto message = parser_->release();
  expect_next();
  const auto host = message.find(http::field::host);
  return {.method = std::string(message.method_string()),
          .target = std::string(message.target()),
          .body = std::move(message.body()),
          .host = host == message.end() ? std::nullopt : std::optional<std::string>(host->value()),
          .authorization = std::string(message[http::field::authorization]),
          .if_none_match = std::string(message[http::field::if_none_match]),
          .keep_alive = message.keep_alive()};
}

}  // namespace duplexd
