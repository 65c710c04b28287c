#pragma once

#include "daemon/duplexctl/exchange.hpp"
#include "daemon/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace duplexd::duplexctl {

/// One request and its response on a connected socket. Its operations keep it alive.
class OneExchange : public std::enable_shared_from_this<OneExchange> {
 public:
  using OnEnd = std::function<void(boost::system::error_code)>;

  OneExchange(boost::asio::io_context& context, FileDescriptor socket, std::string_view method,
              std::string_view target);

  /// `on_end` is called once, unless the exchange is cancelled.
  void begin(OnEnd on_end);
  void cancel();

  Reply reply() { return {.status = parser_.get().result_int(), .body = std::move(parser_.get().body())}; }

 private:
  void end(boost::system::error_code error);

  boost::asio::local::stream_protocol::socket socket_;
  boost::beast::http::request<boost::beast::http::empty_body> request_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
  OnEnd on_end_;
};

/// What is told of an exchange through the socket at `path` that ended with `error`.
Failure exchange_failed(const std::string& path, const boost::system::error_code& error);
/// ... or that did not end in time.
Failure no_answer_in_time(const std::string& path);

}  // namespace duplexd::duplexctl
