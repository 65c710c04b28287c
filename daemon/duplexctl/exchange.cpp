#include "daemon/duplexctl/exchange.hpp"

#include "daemon/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include <sysexits.h>

#include <optional>

namespace duplexd::duplexctl {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using Protocol = boost::asio::local::stream_protocol;

constexpr std::size_t largest_answer = 64 << 20;

/// One request and its response on a connected socket.
class Exchange {
 public:
  Exchange(FileDescriptor socket, std::string_view method, std::string_view target)
      : socket_(context_, Protocol(), socket.release()) {
    request_.version(11);
    request_.method_string({method.data(), method.size()});
    request_.target({target.data(), target.size()});
    request_.set(http::field::host, "duplexd");
    request_.keep_alive(false);
    request_.prepare_payload();
    parser_.body_limit(largest_answer);
  }

  /// The outcome, or none after the time-out.
  std::optional<error_code> run_for(std::chrono::steady_clock::duration time) {
    // Ignores a failed write, because a daemon that refuses the client answers before it reads.
    http::async_write(socket_, request_, [this](error_code, std::size_t) {
      http::async_read(socket_, buffer_, parser_,
                       [this](error_code error, std::size_t) { outcome_ = error; });
    });
    context_.run_for(time);
    return outcome_;
  }

  Reply reply() { return {.status = parser_.get().result_int(), .body = std::move(parser_.get().body())}; }

 private:
  boost::asio::io_context context_;
  Protocol::socket socket_;
  http::request<http::empty_body> request_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  std::optional<error_code> outcome_;
};

Failure failure(int exit_code, const std::string& path, std::string_view what) {
  return {exit_code, fmt::format("duplexctl: error: {}: {}\n", path, what)};
}

bool has_gone(const error_code& error) {
  return error == http::error::end_of_stream || error == http::error::partial_message ||
         error == boost::asio::error::connection_reset || error == boost::asio::error::broken_pipe;
}

}  // namespace

Reply exchange(const std::string& path, std::string_view method, std::string_view target,
               std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Exchange exchange(connect_to_control(path, timeout), method, target);
  const auto outcome = exchange.run_for(deadline - std::chrono::steady_clock::now());
  if (!outcome) throw failure(EX_TEMPFAIL, path, "no answer in time; what was asked for may still be done");
  if (has_gone(*outcome)) throw failure(EX_UNAVAILABLE, path, "duplexd hung up without an answer");
  if (*outcome) throw failure(EX_SOFTWARE, path, "this is no answer of duplexd: " + outcome->message());
  return exchange.reply();
}

}  // namespace duplexd::duplexctl
