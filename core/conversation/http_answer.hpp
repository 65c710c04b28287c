#pragma once

#include "core/conversation/conversation.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

/// A request of HTTP/1.1, after whose answer the connection ends.
struct HttpQuestion {
  std::string method = "GET";
  std::string path = "/";
  std::string host{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};  ///< "": none

  std::string text() const;
};

/// The answer of a peer to a request that was sent. What is no HTTP is a ConversationEnd. The conversation
/// outlives it, and limits it.
class HttpAnswer {
 public:
  template <class T>
  using Awaitable = Conversation::Awaitable<T>;

  /// `has_no_body`: of a request with HEAD.
  explicit HttpAnswer(Conversation& peer, bool has_no_body = false);

  Awaitable<unsigned> status();
  /// After status(). "": there is no such header.
  std::string_view header(std::string_view name) const;
  /// The whole of it. After status().
  Awaitable<std::string_view> body();

  /// Waits for more of a body that has no end; false: it has ended all the same. After status().
  Awaitable<bool> more();
  /// What has come of it and was not taken.
  std::string_view text() const { return parser_.get().body(); }
  void take(std::size_t bytes) { parser_.get().body().erase(0, bytes); }

 private:
  Awaitable<void> receive();
  void parse();
  void parse_end();

  Conversation& peer_;
  boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
};

}  // namespace duplexd
