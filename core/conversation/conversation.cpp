#include "core/conversation/conversation.hpp"

#include "core/conversation/conversation_end.hpp"
#include "core/conversation/tls.hpp"
#include "core/net/socket/connecting.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

std::string in_words(std::chrono::milliseconds time) {
  return time.count() % 1'000 == 0 ? fmt::format("{}s", time.count() / 1'000)
                                   : fmt::format("{}ms", time.count());
}

}  // namespace

Conversation::Conversation(const boost::asio::any_io_executor& executor, const ConversationTarget& target,
                           const ConversationLimits& limits)
    : target_(target), limits_(limits), socket_(executor) {}

Conversation::~Conversation() = default;

void Conversation::give(std::chrono::milliseconds time) {
  limits_.timeout = time;
  if (!timer_) timer_.emplace(socket_.get_executor());
  timer_->expires_after(time);
  timer_->async_wait(lifetime_.guard([this](const boost::system::error_code& error) {
    const bool was_given_more = timer_->expiry() > std::chrono::steady_clock::now();
    if (error || was_given_more) return;
    boost::system::error_code ignored;
    is_over_ = true;
    socket_.cancel(ignored);
  }));
}

Conversation::Awaitable<void> Conversation::connect() {
  if (target_.tunnel)
    co_await go_through(*target_.tunnel);
  else
    co_await reach();
  connected_ = true;
  if (target_.proxy) co_await introduce(*target_.proxy);
}

Conversation::Awaitable<void> Conversation::reach() {
  if (const int error = target_.sources.empty() ? begin(nullptr) : begin_from_sources())
    fail_to_connect(error);
  if (in_progress_) co_await finish_connecting();
  if (is_connected_to_itself(descriptor(), target_.address)) fail_to_connect(ECONNREFUSED);
}

/// Returns the errno of what went wrong, or 0.
int Conversation::begin(const SocketAddress* source) {
  SocketOptions options;
  options.network = target_.network;
  auto begun = begin_connect(target_.address, options, source);
  if (begun.error != 0 && !begun.in_progress()) return begun.error;
  in_progress_ = begun.in_progress();
  unwatched_ = std::move(begun.socket);
  return 0;
}

/// Before each wait.
void Conversation::begin_operation() {
  if (is_over_) end_by(boost::asio::error::operation_aborted);
  watch();
}

/// Hands the socket to Asio, unless it has it.
void Conversation::watch() {
  if (!unwatched_) return;
  boost::system::error_code error;
  socket_.assign({target_.address.family(), 0}, unwatched_.get(), error);
  if (error) fail_to_connect(error.value());
  (void)unwatched_.release();
}

/// From the first source address of the family that there is a port for.
int Conversation::begin_from_sources() {
  const auto& sources = target_.sources;
  int error = EADDRNOTAVAIL;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto& source = sources[(target_.turn + i) % sources.size()];
    if (source.family() != target_.address.family()) continue;
    error = begin(&source);
    if (error != EADDRNOTAVAIL && error != EADDRINUSE) return error;
  }
  return error;
}

Conversation::Awaitable<void> Conversation::finish_connecting() {
  int error = EALREADY;
  begin_operation();
  while (error == EALREADY) {
    const auto [waited] = co_await socket_.async_wait(Socket::wait_write, as_result);
    if (waited) end_by(waited);
    error = finish_connect(socket_.native_handle(), target_.address);
  }
  if (error != 0) fail_to_connect(error);
}

Conversation::Awaitable<std::string> Conversation::secure(TlsContext& context) {
  begin_operation();
  tls_ = std::make_unique<TlsConversation>(socket_, context, target_.host());
  const auto [error, words] = co_await tls_->handshake();
  if (error == boost::asio::error::operation_aborted) end_by(error);
  if (error) fail_but_connected(words);
  co_return tls_->version();
}

Conversation::Awaitable<void> Conversation::send(std::string_view bytes) {
  boost::system::error_code error;
  begin_operation();
  if (tls_) {
    error = co_await tls_->write(bytes);
  } else {
    const auto [why, sent] = co_await boost::asio::async_write(
        socket_, boost::asio::buffer(bytes.data(), bytes.size()), as_result);
    error = why;
  }
  if (error) end_by(error);
}

Conversation::Awaitable<bool> Conversation::receive() {
  const std::size_t bytes = co_await read_some();
  if (bytes == 0) co_return false;
  count_piece(bytes);
  received_.append(piece_.data(), bytes);
  co_return true;
}

/// The number of bytes in `piece_`; 0 is the end.
Conversation::Awaitable<std::size_t> Conversation::read_some() {
  boost::system::error_code error;
  std::size_t bytes = 0;
  begin_operation();
  if (tls_) {
    const auto [why, read] = co_await tls_->read_some(boost::asio::buffer(piece_));
    error = why;
    bytes = read;
  } else {
    const auto [why, read] = co_await socket_.async_read_some(boost::asio::buffer(piece_), as_result);
    error = why;
    bytes = read;
  }
  if (error && error != boost::asio::error::eof) end_by(error);
  co_return bytes;
}

void Conversation::count_piece(std::size_t bytes) {
  if (received_.size() + bytes > limits_.bytes)
    fail_but_connected(fmt::format("answered more than {} bytes", limits_.bytes));
  if (++pieces_ > limits_.pieces) fail_but_connected("answered in too many small pieces");
}

Conversation::Awaitable<void> Conversation::receive_more() {
  const bool more = co_await receive();
  if (!more)
    fail_but_connected(received_.empty() ? "it ended without an answer" : "it ended amid its answer");
}

void Conversation::begin_answer() {
  received_.erase(0, std::exchange(taken_, 0));
  pieces_ = 0;
}

Conversation::Awaitable<std::string> Conversation::exactly(std::size_t bytes) {
  while (received().size() < bytes) co_await receive_more();
  std::string taken(received().substr(0, bytes));
  take(bytes);
  co_return taken;
}

Conversation::Awaitable<std::string> Conversation::line() {
  std::size_t end = received().find('\n');
  while (end == std::string_view::npos) {
    const std::size_t known = received().size();
    co_await receive_more();
    end = received().find('\n', known);
  }
  std::string taken(received().substr(0, end));
  take(end + 1);
  if (taken.ends_with('\r')) taken.pop_back();
  co_return taken;
}

void Conversation::end_by(const boost::system::error_code& error) const {
  const bool is_errno = error.category() == boost::system::system_category();
  if (!is_errno) fail_but_connected(error.message());
  if (error != boost::asio::error::operation_aborted) fail_to_talk(error.value());
  const std::string_view what = !connected_         ? "no answer"
                                : received_.empty() ? "connected, but no answer"
                                                    : "connected, but only a part of an answer";
  fail(fmt::format("{} in {}", what, in_words(limits_.timeout)));
}

}  // namespace duplexd
