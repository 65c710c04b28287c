#pragma once

#include "core/control/control_server.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace duplexd {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string body;
  std::optional<std::string> host;
  std::string authorization;
  std::string if_none_match;
  bool keep_alive;
};

/// Nothing yet, a request, or the response to a refused request, after which the connection closes.
using HttpInput = std::variant<std::monostate, HttpRequest, ControlResponse>;

/// Parses requests from bytes, without I/O. Holds at most the header limit, the bytes appended last, and the
/// body limit of the arriving request.
class HttpReader {
 public:
  explicit HttpReader(const ControlLimits& limits) : limits_(limits) { expect_next(); }

  void append(std::span<const std::byte> bytes);
  /// The next request of the appended bytes; call it until it returns nothing.
  HttpInput next();

  bool has_unread_bytes() const noexcept { return !unread_.empty(); }
  /// Whether no byte of the next request has arrived.
  bool between_requests() const { return !has_unread_bytes() && !parser_->got_some(); }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void expect_next();
  HttpRequest take();

  const ControlLimits& limits_;
  std::string unread_;
  std::optional<Parser> parser_;
};

struct HttpConnection {
  bool keep_alive;
  bool head;  ///< the request was HEAD: the response has no body (RFC 9110, 9.3.2)
};

std::string to_wire(ControlResponse response, HttpConnection connection);

/// `sentence` is plain ASCII without quotes.
ControlResponse error_response(unsigned status, std::string_view sentence);

}  // namespace duplexd
