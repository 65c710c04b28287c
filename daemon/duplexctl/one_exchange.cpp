#include "daemon/duplexctl/one_exchange.hpp"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include <sysexits.h>

#include <utility>

namespace duplexd::duplexctl {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t largest_answer = 64 << 20;

Failure told_of(int exit_code, const std::string& path, std::string_view what) {
  return {exit_code, fmt::format("duplexctl: error: {}: {}\n", path, what)};
}

bool has_gone(const error_code& error) {
  return error == http::error::end_of_stream || error == http::error::partial_message ||
         error == boost::asio::error::connection_reset || error == boost::asio::error::broken_pipe;
}

}  // namespace

OneExchange::OneExchange(boost::asio::io_context& context, FileDescriptor socket, std::string_view method,
                         std::string_view target)
    : socket_(context, boost::asio::local::stream_protocol(), socket.release()) {
  request_.version(11);
  request_.method_string({method.data(), method.size()});
  request_.target({target.data(), target.size()});
  request_.set(http::field::host, "duplexd");
  request_.keep_alive(false);
  request_.prepare_payload();
  parser_.body_limit(largest_answer);
}

void OneExchange::begin(OnEnd on_end) {
  on_end_ = std::move(on_end);
  // Ignores a failed write, because a daemon that refuses the client answers before it reads.
  http::async_write(socket_, request_, [self = shared_from_this()](error_code, std::size_t) {
    if (!self->on_end_) return;
    http::async_read(self->socket_, self->buffer_, self->parser_,
                     [self](error_code error, std::size_t) { self->end(error); });
  });
}

void OneExchange::end(error_code error) {
  if (on_end_) std::exchange(on_end_, nullptr)(error);
}

void OneExchange::cancel() {
  on_end_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
}

Failure exchange_failed(const std::string& path, const error_code& error) {
  if (has_gone(error)) return told_of(EX_UNAVAILABLE, path, "duplexd hung up without an answer");
  return told_of(EX_SOFTWARE, path, "this is no answer of duplexd: " + error.message());
}

Failure no_answer_in_time(const std::string& path) {
  return told_of(EX_TEMPFAIL, path, "no answer in time; what was asked for may still be done");
}

}  // namespace duplexd::duplexctl
